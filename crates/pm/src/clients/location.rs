//! Where clients look for their configuration, on each system.

use std::path::{Path, PathBuf};

/// The systems on which clients keep their files in different places.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum System {
    /// Linux, and what is like it.
    Linux,
    /// macOS.
    Macos,
    /// Windows.
    Windows,
}

impl System {
    /// The one that this program runs on.
    pub(crate) const fn current() -> Self {
        if cfg!(windows) {
            Self::Windows
        } else if cfg!(target_os = "macos") {
            Self::Macos
        } else {
            Self::Linux
        }
    }
}

/// The directories that files are looked for in.
#[derive(Debug, Clone)]
pub(crate) struct Folders {
    /// Whose rules hold.
    pub(crate) system: System,
    /// The home directory.
    pub(crate) home: PathBuf,
    /// Reads a variable of the environment that names a directory.
    pub(crate) variable: fn(&str) -> Option<PathBuf>,
}

impl Folders {
    /// Those of the person who runs this program; `None` without a home directory.
    pub(crate) fn current() -> Option<Self> {
        let home = etcetera::home_dir()
            .ok()
            .filter(|home| home.is_absolute())?;
        Some(Self {
            system: System::current(),
            home,
            variable: |name| {
                let path = PathBuf::from(std::env::var_os(name)?);
                // The XDG rules say to ignore a path that is not absolute, and so do the clients.
                path.is_absolute().then_some(path)
            },
        })
    }

    fn variable_or(&self, name: &str, below_home: &str) -> PathBuf {
        (self.variable)(name).unwrap_or_else(|| joined(&self.home, below_home))
    }

    /// Where clients keep their settings: what `$CONFIG` stands for.
    pub(crate) fn config(&self) -> PathBuf {
        match self.system {
            System::Linux => self.variable_or("XDG_CONFIG_HOME", ".config"),
            System::Macos => joined(&self.home, "Library/Application Support"),
            System::Windows => self.variable_or("APPDATA", "AppData/Roaming"),
        }
    }

    /// A pattern of the table as a path.
    fn path(&self, pattern: &str) -> PathBuf {
        let (root, rest) = pattern.split_once('/').unwrap_or((pattern, ""));
        let root = match root {
            "$CONFIG" | "%APPDATA%" => self.config(),
            "$DATA" => self.variable_or("XDG_DATA_HOME", ".local/share"),
            _ => self.home.clone(),
        };
        joined(&root, rest)
    }
}

/// Whose configuration it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Scope {
    /// The person's, in all projects.
    User,
    /// That of the project in a directory.
    Project(PathBuf),
}

/// Where a client looks.
pub(crate) struct Location {
    linux: &'static str,
    macos: &'static str,
    windows: &'static str,
    /// A variable that names another directory, and the file's name in that.
    variable: Option<(&'static str, &'static str)>,
    /// The name of a file beside it that is read in its place.
    beside: Option<&'static str>,
    /// The file in a project's directory.
    project: Option<&'static str>,
}

impl Location {
    /// The same below the home directory everywhere.
    pub(crate) const fn home(path: &'static str) -> Self {
        Self::by_system(path, path, path)
    }

    /// A file that each system has elsewhere.
    pub(crate) const fn by_system(
        linux: &'static str,
        macos: &'static str,
        windows: &'static str,
    ) -> Self {
        Self {
            linux,
            macos,
            windows,
            variable: None,
            beside: None,
            project: None,
        }
    }

    /// The directory may be named by a variable, in which the file is called `name`.
    pub(crate) const fn in_variable(mut self, variable: &'static str, name: &'static str) -> Self {
        self.variable = Some((variable, name));
        self
    }

    /// The file may have another name, which counts if there is such a file.
    pub(crate) const fn or_beside(mut self, name: &'static str) -> Self {
        self.beside = Some(name);
        self
    }

    /// A project may have a file of its own.
    pub(crate) const fn in_project(mut self, path: &'static str) -> Self {
        self.project = Some(path);
        self
    }

    /// Whether a project may have a file of its own.
    pub(super) fn has_project_file(&self) -> bool {
        self.project.is_some()
    }

    /// The file; `None` if a project has none of its own.
    pub(super) fn file(&self, scope: &Scope, folders: &Folders) -> Option<PathBuf> {
        let file = match scope {
            Scope::Project(directory) => joined(directory, self.project?),
            Scope::User => match self.variable {
                Some((variable, name)) if (folders.variable)(variable).is_some() => {
                    (folders.variable)(variable)?.join(name)
                }
                _ => folders.path(match folders.system {
                    System::Linux => self.linux,
                    System::Macos => self.macos,
                    System::Windows => self.windows,
                }),
            },
        };
        let other = self.beside.map(|name| file.with_file_name(name));
        Some(other.filter(|other| other.exists()).unwrap_or(file))
    }
}

/// A path below a directory, its parts separated as the system does it.
fn joined(directory: &Path, below: &str) -> PathBuf {
    below
        .split('/')
        .fold(directory.to_owned(), |path, part| path.join(part))
}
