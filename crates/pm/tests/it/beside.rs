//! Beside running servers: what one program does, the other sees.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

use serde_json::{Value, json};

use crate::shell::Shell;

/// `pm stdio`, and a client of it.
struct Server {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    sent: u64,
}

impl Server {
    fn start(shell: &Shell) -> Self {
        let mut command = shell.command();
        command.args(["stdio", "--tools", "full"]);
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let input = child.stdin.take().unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        let mut server = Self {
            child,
            input,
            output,
            sent: 0,
        };
        let client = json!({
            "protocolVersion": "2025-06-18",
            "capabilities": {},
            "clientInfo": {"name": "model", "version": "1"},
        });
        server.ask("initialize", &client);
        let ready = json!({"jsonrpc": "2.0", "method": "notifications/initialized"});
        writeln!(server.input, "{ready}").unwrap();
        server
    }

    fn ask(&mut self, method: &str, params: &Value) -> Value {
        self.sent += 1;
        let id = self.sent;
        let request = json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params});
        writeln!(self.input, "{request}").unwrap();
        loop {
            let mut line = String::new();
            assert_ne!(self.output.read_line(&mut line).unwrap(), 0, "it ended");
            let message: Value = serde_json::from_str(&line).unwrap();
            if message["id"] == id {
                return message["result"].clone();
            }
        }
    }

    /// Calls a tool, and answers the structured content.
    fn call(&mut self, tool: &str, arguments: &Value) -> Value {
        let params = json!({"name": tool, "arguments": arguments});
        self.ask("tools/call", &params)["structuredContent"].clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Both fail only if it has ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_shell_and_a_model_work_the_same_plan() {
    let mut shell = Shell::new();
    shell.run(&["new", "garden"]);
    shell.run(&["add", "dig"]);
    shell.run(&["add", "sow"]);
    let mut server = Server::start(&shell);
    // What the model claims is not the shell's to get.
    let next = server.call("task_next", &json!({"process": "garden"}));
    assert_eq!(next["task_name"], "dig");
    assert_eq!(shell.json(&["next"])["task_name"], "sow");
    let refused = shell.json(&["done", "dig"]);
    assert_eq!(refused["success"], false);
    // The very words are the server's own, but for the next step.
    let same = json!({"process": "garden", "task_name": "sow", "status": "done"});
    let theirs = server.call("task_update", &same);
    let theirs = theirs["error"].as_str().unwrap();
    assert!(theirs.contains("\"sow\" is claimed by \"ann\""), "{theirs}");
    shell.run(&["done", "sow"]);
    shell.run(&["note", "dig", "mind the pipe"]);
    let read = server.call(
        "task_details_get",
        &json!({"process": "garden", "task_name": "dig"}),
    );
    assert_eq!(read["comments"][0]["text"], "mind the pipe");
    let done = json!({"process": "garden", "task_name": "dig", "status": "done"});
    server.call("task_update", &done);
    // And each takes back its own.
    shell.run(&["undo"]);
    let list = shell.json(&["show"]);
    assert_eq!(list["tasks"]["dig"]["status"], "done");
    assert!(
        list["tasks"]["dig"].get("comment_count").is_none(),
        "{list}"
    );
    drop(server);
    shell.run(&["doctor"]);
    shell.run(&["show"]);
    shell.check("beside_a_model");
}

/// A server that is killed at the end of its test.
struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        // Both fail only if it has ended.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn serving_is_done_over_the_same_store() {
    let mut shell = Shell::new();
    shell.run(&["new", "garden"]);
    let mut command = shell.command();
    command.args(["serve", "--listen", "127.0.0.1:0"]);
    let mut server = Killed(command.stdout(Stdio::piped()).spawn().unwrap());
    let mut said = BufReader::new(server.0.stdout.take().unwrap()).lines();
    let address = said.find_map(|line| {
        let line = line.unwrap();
        let (_, rest) = line.split_once("http://")?;
        Some(rest.split('/').next().unwrap().to_owned())
    });
    let address = address.unwrap();
    let pages = said.find_map(|line| {
        line.unwrap()
            .strip_prefix("Pages for people: ")?
            .to_owned()
            .into()
    });
    assert_eq!(pages, Some(format!("http://{address}/")));
    let well = shell.run(&["healthcheck", "--listen", &address]);
    assert!(well.status.success(), "{well:?}");
    let mut stream = TcpStream::connect(&address).unwrap();
    write!(
        stream,
        "GET /p/garden HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"
    )
    .unwrap();
    let mut page = String::new();
    stream.read_to_string(&mut page).unwrap();
    assert!(page.starts_with("HTTP/1.1 200"), "{page}");
    assert!(page.contains("garden"));
    drop(server);
    let told = shell.refused(&["healthcheck", "--listen", &address]);
    assert!(told.starts_with("pm: no server answers on "), "{told}");
}

#[test]
fn what_is_exported_comes_back_the_same() {
    let mut shell = Shell::new();
    let plan = "dig: Deep.\n- rake\nsow\nafter: dig\n";
    shell.run_with(plan, &["new", "garden", "-d", "Beds.", "--plan", "-"]);
    shell.run_with("fn main() {}\n", &["code", "put", "dig", "main.rs"]);
    // What Markdown cannot give back as people read it.
    let odd = "fn main() {  \r\n\u{1b}[31m\u{202e}```\n<!-- exact: {} -->";
    shell.run_with(odd, &["code", "put", "dig", "odd.rs"]);
    shell.run_with(odd, &["edit", "sow", "-d", "-"]);
    shell.run(&["done", "dig", "-j", "rake"]);
    shell.run(&["block", "sow", "-n", "two\nlines"]);
    let first = shell.run(&["export", "--to", "garden.md"]);
    assert!(first.status.success());
    let imported = shell.run(&["import", "garden.md", "--name", "copy"]);
    assert!(imported.status.success(), "{imported:?}");
    let tree = |shell: &mut Shell, process: &str| {
        let output = shell.run(&["tree", "-p", process]);
        let text = String::from_utf8(output.stdout).unwrap();
        text.lines().skip(1).map(str::to_owned).collect::<Vec<_>>()
    };
    let (before, after) = (tree(&mut shell, "garden"), tree(&mut shell, "copy"));
    assert_eq!(before, after);
    let back = shell.run(&["code", "get", "-p", "copy", "dig", "odd.rs"]);
    assert_eq!(String::from_utf8(back.stdout).unwrap(), odd);
    let texts = |process: &str| {
        let sow = shell.json(&["show", "-p", process, "sow"]);
        [&sow["status_note"], &sow["task_description"]].map(ToString::to_string)
    };
    assert_eq!(texts("copy"), texts("garden"));
    assert!(texts("copy")[0].contains("lines"), "{:?}", texts("copy"));
    assert!(texts("copy")[1].contains("[31m"), "{:?}", texts("copy"));
    assert_eq!(shell.json(&["log", "-p", "copy"])["success"], true);
}
