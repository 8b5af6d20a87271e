//! The server as a service of whoever is logged in: what is written and run for that on each
//! system. Nothing here touches the machine; `commands/service.rs` takes the steps.

mod quoting;

use std::path::{Path, PathBuf};

use crate::clients::System;
use quoting::{for_launchd, for_systemd, for_windows};

/// What the service is called.
pub(crate) const NAME: &str = pm_cli::PRODUCT;

/// What launchd calls it, as it wants domains.
const LABEL: &str = "local.process-manager";

/// What is done with the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::Subcommand)]
pub(crate) enum Action {
    /// Have the server run from now on, whenever you are logged in
    Install,
    /// Start it
    Start,
    /// Stop it until the next login
    Stop,
    /// Say whether it runs
    Status,
    /// Stop it for good
    Uninstall,
}

/// One step on the way there.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// A file is written, and its directory made.
    Write {
        /// The file.
        file: PathBuf,
        /// What is in it.
        text: String,
    },
    /// A file is removed, if it is there.
    Remove(PathBuf),
    /// A program of the system is run.
    Run {
        /// The program and its arguments.
        command: Vec<String>,
        /// Whether the steps behind it are taken even if it fails.
        may_fail: bool,
    },
}

/// Where a service is put, and what it runs.
pub(crate) struct Service<'a> {
    /// Whose ways are followed.
    pub(crate) system: System,
    /// The home directory.
    pub(crate) home: &'a Path,
    /// Where programs keep their settings: `~/.config`, on Linux.
    pub(crate) config: &'a Path,
    /// The number of the user, for launchd.
    pub(crate) user: u32,
    /// The program and its arguments.
    pub(crate) command: &'a [String],
}

impl Service<'_> {
    /// The steps of an action.
    pub(crate) fn steps(&self, action: Action) -> Vec<Step> {
        match self.system {
            System::Linux => self.systemd(action),
            System::Macos => self.launchd(action),
            System::Windows => self.windows(action),
        }
    }

    fn systemd(&self, action: Action) -> Vec<Step> {
        let unit = format!("{NAME}.service");
        let file = self.config.join("systemd").join("user").join(&unit);
        let control = |words: &[&str]| run(["systemctl", "--user"].iter().chain(words).copied());
        match action {
            Action::Install => vec![
                Step::Write {
                    file,
                    text: self.unit(),
                },
                control(&["daemon-reload"]),
                control(&["enable", "--now", &unit]),
            ],
            Action::Start => vec![control(&["start", &unit])],
            Action::Stop => vec![control(&["stop", &unit])],
            Action::Status => vec![control(&["status", "--no-pager", &unit])],
            Action::Uninstall => vec![
                control(&["disable", "--now", &unit]).or_go_on(),
                Step::Remove(file),
                control(&["daemon-reload"]),
            ],
        }
    }

    fn unit(&self) -> String {
        format!(
            "[Unit]\n\
             Description=Process manager for language models (MCP over HTTP)\n\
             \n\
             [Service]\n\
             ExecStart={}\n\
             Restart=on-failure\n\
             NoNewPrivileges=yes\n\
             \n\
             [Install]\n\
             WantedBy=default.target\n",
            for_systemd(self.command)
        )
    }

    fn launchd(&self, action: Action) -> Vec<Step> {
        let agents = self.home.join("Library").join("LaunchAgents");
        let file = agents.join(format!("{LABEL}.plist"));
        let domain = format!("gui/{}", self.user);
        let service = format!("{domain}/{LABEL}");
        let path = file.display().to_string();
        match action {
            Action::Install => vec![
                Step::Write {
                    file,
                    text: self.plist(),
                },
                // launchd takes no service anew that runs already.
                run(["launchctl", "bootout", &service]).or_go_on(),
                run(["launchctl", "bootstrap", &domain, &path]),
            ],
            Action::Start => vec![
                run(["launchctl", "bootstrap", &domain, &path]).or_go_on(),
                run(["launchctl", "kickstart", &service]),
            ],
            Action::Stop => vec![run(["launchctl", "bootout", &service])],
            Action::Status => vec![run(["launchctl", "print", &service])],
            Action::Uninstall => vec![
                run(["launchctl", "bootout", &service]).or_go_on(),
                Step::Remove(file),
            ],
        }
    }

    fn plist(&self) -> String {
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
             <!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" \
             \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n\
             <plist version=\"1.0\">\n\
             <dict>\n\
             \x20 <key>Label</key><string>{LABEL}</string>\n\
             \x20 <key>ProgramArguments</key>\n\
             \x20 <array>\n{}\x20 </array>\n\
             \x20 <key>RunAtLoad</key><true/>\n\
             \x20 <key>KeepAlive</key><dict><key>SuccessfulExit</key><false/></dict>\n\
             </dict>\n\
             </plist>\n",
            for_launchd(self.command)
        )
    }

    fn windows(&self, action: Action) -> Vec<Step> {
        let command = for_windows(self.command);
        let tasks = |words: &[&str]| {
            run(["schtasks"]
                .iter()
                .chain(words)
                .chain(&["/TN", NAME])
                .copied())
        };
        match action {
            Action::Install => vec![
                tasks(&[
                    "/Create", "/F", "/SC", "ONLOGON", "/RL", "LIMITED", "/TR", &command,
                ]),
                tasks(&["/Run"]),
            ],
            Action::Start => vec![tasks(&["/Run"])],
            Action::Stop => vec![tasks(&["/End"])],
            Action::Status => vec![tasks(&["/Query", "/V", "/FO", "LIST"])],
            Action::Uninstall => vec![tasks(&["/End"]).or_go_on(), tasks(&["/Delete", "/F"])],
        }
    }
}

impl Step {
    /// The same step, behind which the others are taken whatever comes of it.
    fn or_go_on(self) -> Self {
        match self {
            Self::Run { command, .. } => Self::Run {
                command,
                may_fail: true,
            },
            other => other,
        }
    }
}

fn run<'a>(words: impl IntoIterator<Item = &'a str>) -> Step {
    Step::Run {
        command: words.into_iter().map(str::to_owned).collect(),
        may_fail: false,
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;

    const ACTIONS: [Action; 5] = [
        Action::Install,
        Action::Start,
        Action::Stop,
        Action::Status,
        Action::Uninstall,
    ];

    #[test]
    fn the_steps_on_each_system() {
        let command = ["/opt/my tools/pm", "serve", "--dir", "/home/ann/100%"].map(str::to_owned);
        let mut all = String::new();
        for (system, home) in [
            (System::Linux, "/home/ann"),
            (System::Macos, "/Users/ann"),
            (System::Windows, "C:/Users/ann"),
        ] {
            let service = Service {
                system,
                home: Path::new(home),
                config: &Path::new(home).join(".config"),
                user: 501,
                command: &command,
            };
            for action in ACTIONS {
                writeln!(all, "# {system:?} {action:?}").unwrap();
                for step in service.steps(action) {
                    match step {
                        Step::Write { file, text } => {
                            writeln!(all, "{}:\n{text}", file.display()).unwrap();
                        }
                        Step::Remove(file) => {
                            writeln!(all, "remove {}", file.display()).unwrap();
                        }
                        Step::Run { command, may_fail } => {
                            let sign = if may_fail { "-" } else { "" };
                            writeln!(all, "{sign}{}", command.join(" ")).unwrap();
                        }
                    }
                }
            }
        }
        insta::assert_snapshot!(all.replace('\\', "/"));
    }
}
