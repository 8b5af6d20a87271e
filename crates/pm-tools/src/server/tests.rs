//! Tests of the protocol's side: who is the caller, and what rmcp makes of our answers.

use pm_core::{MemoryStore, ProcessManager};
use rmcp::ServiceExt;
use serde_json::json;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, DuplexStream, duplex, split};

use super::*;
use crate::catalog::TOOLS;

fn server() -> PmServer {
    PmServer::new(
        ProcessManager::new(MemoryStore::new()),
        ServerOptions::default(),
    )
}

fn parts(principal: Option<&str>) -> Parts {
    let (mut parts, ()) = http::Request::new(()).into_parts();
    if let Some(name) = principal {
        parts.extensions.insert(Principal(name.into()));
    }
    parts
}

fn client(name: &str) -> Implementation {
    Implementation::new(name, "1")
}

#[test]
fn a_caller_without_a_session_is_its_client_and_principal() {
    let server = server();
    // For each such request, the transport makes an instance of its own.
    let caller = |client: Option<&str>, principal| {
        let parts = parts(principal);
        let instance = server.for_new_caller();
        instance.caller(Some(&parts), || client.map(self::client)).0
    };
    caller(Some("ui"), Some("ann")).activate("garden".parse().unwrap());
    assert!(caller(Some("ui"), Some("ann")).active().is_some());
    assert!(caller(Some("ui"), Some("bob")).active().is_none());
    assert!(caller(Some("ui"), None).active().is_none());
    assert!(caller(Some("agent"), Some("ann")).active().is_none());
    caller(None, None).activate("garden".parse().unwrap());
    assert!(caller(None, None).active().is_none(), "it could be anyone");
}

#[test]
fn a_caller_that_the_address_names_goes_by_that_name() {
    let server = server();
    let named = |name: &str| {
        let mut parts = parts(None);
        parts.extensions.insert(CallerName(name.into()));
        parts
    };
    // Two programs that call themselves alike, and one that says nothing of itself.
    let caller = |name, client: Option<&str>| {
        let instance = server.for_new_caller();
        instance
            .caller(Some(&named(name)), || client.map(self::client))
            .0
    };
    caller("anna", Some("mcp")).activate("garden".parse().unwrap());
    assert!(caller("anna", None).active().is_some());
    assert!(caller("ben", Some("mcp")).active().is_none());
    let (_, identity) = server.caller(Some(&named("anna")), || Some(self::client("mcp")));
    assert_eq!(identity.actor().to_string(), "anna");
    // In a session the name only tells whose changes these are.
    let session = server.for_new_caller();
    session.caller.connect("ui");
    let (in_session, identity) = session.caller(Some(&named("anna")), || None);
    assert!(in_session.active().is_none());
    assert_eq!(identity.actor().to_string(), "anna");
}

#[test]
fn a_session_and_a_connection_remember_for_themselves() {
    let server = server();
    let (session, parts) = (server.for_new_caller(), parts(None));
    session.caller.connect("ui");
    let caller = |server: &PmServer| server.caller(Some(&parts), || Some(client("ui"))).0;
    caller(&session).activate("garden".parse().unwrap());
    assert!(caller(&session).active().is_some());
    let other = server.for_new_caller();
    other.caller.connect("ui");
    assert!(caller(&other).active().is_none());
    assert!(caller(&server.for_new_caller()).active().is_none());
    // Without HTTP, the instance is the connection, in both eras of the protocol.
    let stdio = server.for_new_caller();
    stdio
        .caller(None, || Some(client("ui")))
        .0
        .activate("garden".parse().unwrap());
    assert!(stdio.caller(None, || None).0.active().is_some());
    assert!(
        server
            .for_new_caller()
            .caller(None, || Some(client("ui")))
            .0
            .active()
            .is_none()
    );
}

#[test]
fn changes_are_made_in_the_name_of_client_and_principal() {
    let server = server();
    let actor = |server: &PmServer, parts: Option<&Parts>, named: Option<&str>| {
        let (_, identity) = server.caller(parts, || named.map(client));
        identity.actor().to_string()
    };
    let connected = server.for_new_caller();
    connected.caller.connect("agent");
    let ann = parts(Some("ann"));
    // What a session said when it began counts, and not what a later request claims.
    assert_eq!(actor(&connected, None, Some("ui")), "agent");
    assert_eq!(actor(&connected, Some(&ann), None), "agent (ann)");
    assert_eq!(actor(&server, Some(&ann), Some("ui")), "ui (ann)");
    assert_eq!(actor(&server, None, Some("ui")), "ui");
    assert_eq!(actor(&server, None, None), "a program");
}

#[test]
fn a_server_for_reading_only_lists_what_changes_nothing() {
    let options = ServerOptions {
        access: crate::Access::ReadOnly,
        tools: "task_list,task_delete,process_load".parse().unwrap(),
        ..ServerOptions::default()
    };
    let server = PmServer::new(ProcessManager::new(MemoryStore::new()), options);
    let listed = server.shared.offer.listed.iter();
    let names: Vec<&str> = listed.map(|tool| tool.name.as_ref()).collect();
    assert_eq!(names, ["process_load", "task_list"]);
    let near = |name: &str| tool(name, &server.shared.offer).err().unwrap().message;
    assert_eq!(
        near("task_delet"),
        "There is no tool of this name. The tools are process_load, task_list."
    );
    assert!(near("task_lst").ends_with("Call task_list instead."));
    let options = ServerOptions {
        access: crate::Access::ReadOnly,
        ..ServerOptions::default()
    };
    let listed = crate::ToolList::new(&options).0;
    let hints = |tool: &rmcp::model::Tool| tool.annotations.as_ref().unwrap().read_only_hint;
    assert!(listed.iter().all(|tool| hints(tool) == Some(true)));
    let next = listed.iter().find(|tool| tool.name == "task_next").unwrap();
    insta::assert_snapshot!(next.description.as_deref().unwrap(), @"See which task is next, without claiming it.");
}

/// A client that writes lines and reads lines.
struct Raw {
    lines: tokio::io::Lines<BufReader<tokio::io::ReadHalf<DuplexStream>>>,
    writer: tokio::io::WriteHalf<DuplexStream>,
}

impl Raw {
    fn connect(server: PmServer) -> Self {
        let (near, far) = duplex(1 << 20);
        tokio::spawn(async move {
            let running = server.serve(split(far)).await.unwrap();
            running.waiting().await.unwrap();
        });
        let (reader, writer) = split(near);
        let lines = BufReader::new(reader).lines();
        Self { lines, writer }
    }

    async fn send(&mut self, message: Value) {
        let line = format!("{message}\n");
        self.writer.write_all(line.as_bytes()).await.unwrap();
    }

    async fn request(&mut self, method: &str, params: Value) -> Value {
        let message = json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params});
        self.send(message).await;
        let line = self.lines.next_line().await.unwrap().unwrap();
        serde_json::from_str(&line).unwrap()
    }

    async fn initialized(server: PmServer) -> Self {
        let mut raw = Self::connect(server);
        let answer = raw
            .request(
                "initialize",
                json!({
                    "protocolVersion": "2025-11-25",
                    "capabilities": {},
                    "clientInfo": {"name": "test", "version": "1"},
                }),
            )
            .await;
        let info = &answer["result"]["serverInfo"];
        assert_eq!(info["name"], "process-manager");
        assert_eq!(info["title"], "Process Manager");
        assert!(info.get("icons").is_none() && info.get("websiteUrl").is_none());
        let capabilities = json!({
            "completions": {},
            "prompts": {},
            "resources": {"subscribe": true, "listChanged": true},
            "tools": {},
        });
        assert_eq!(answer["result"]["capabilities"], capabilities);
        raw.send(json!({"jsonrpc": "2.0", "method": "notifications/initialized"}))
            .await;
        raw
    }
}

#[tokio::test]
async fn arguments_that_are_no_object_get_a_normal_answer() {
    let mut raw = Raw::initialized(server()).await;
    let answer = raw
        .request(
            "tools/call",
            json!({"name": "process_new", "arguments": "{\"name\": \"garden\"}"}),
        )
        .await;
    assert_eq!(answer["result"]["isError"], false, "{answer}");
    assert_eq!(
        answer["result"]["structuredContent"]["process_name"],
        "garden"
    );
    assert!(
        answer["result"].get("resultType").is_none(),
        "unknown in 2025-11-25"
    );
    let answer = raw
        .request("tools/call", json!({"name": "task_list", "arguments": [1]}))
        .await;
    assert_eq!(
        answer["result"]["content"][0]["text"],
        "Nothing was listed: the arguments of task_list must be a JSON object and came as a \
         list. Call task_list again with an object of arguments."
    );
    let answer = raw.request("tools/call", json!({"arguments": 7})).await;
    assert_eq!(answer["error"]["code"], -32602);
    let answer = raw.request("no/such/method", json!({})).await;
    assert_eq!(answer["error"]["code"], -32601);
    let message = "There is no method \"no/such/method\".";
    assert_eq!(answer["error"]["message"], message);
}

#[tokio::test(start_paused = true)]
async fn reads_that_are_stuck_hold_up_no_others_for_long() {
    let server = server();
    let places = Arc::clone(&server.shared.reads);
    let all = u32::try_from(places.available_permits()).unwrap();
    let _taken = places.acquire_many(all).await.unwrap();
    let mut raw = Raw::initialized(server).await;
    let read = json!({"name": "process_list_all", "arguments": {}});
    let answer = raw.request("tools/call", read).await;
    assert_eq!(answer["result"]["structuredContent"]["total"], 0);
}

#[tokio::test(start_paused = true)]
async fn reads_wait_for_a_place_and_changes_do_not() {
    let server = server();
    let places = Arc::clone(&server.shared.reads);
    let all = u32::try_from(places.available_permits()).unwrap();
    let taken = places.acquire_many(all).await.unwrap();
    let mut other = Raw::initialized(server.for_new_caller()).await;
    let mut raw = Raw::initialized(server).await;
    let call = |name: &str, arguments| json!({"name": name, "arguments": arguments});
    let read = call("process_list_all", json!({}));
    raw.send(json!({"jsonrpc": "2.0", "id": "read", "method": "tools/call", "params": read}))
        .await;
    let change = call("process_new", json!({"name": "garden"}));
    let answer = other.request("tools/call", change).await;
    assert_eq!(answer["result"]["isError"], false, "{answer}");
    drop(taken);
    let line = raw.lines.next_line().await.unwrap().unwrap();
    let answer: Value = serde_json::from_str(&line).unwrap();
    assert_eq!(answer["id"], "read");
    assert_eq!(answer["result"]["structuredContent"]["total"], 1);
    assert_eq!(places.available_permits(), all as usize);
}

#[tokio::test]
async fn calls_that_are_sent_together_take_effect_in_their_order() {
    let mut raw = Raw::initialized(server()).await;
    let call = |id: u64, name: &str, arguments: Value| {
        let call = json!({"name": name, "arguments": arguments});
        json!({"jsonrpc": "2.0", "id": id, "method": "tools/call", "params": call})
    };
    let tasks: Vec<String> = (0..20).map(|number| format!("task {number}")).collect();
    raw.send(call(100, "process_new", json!({"name": "garden"})))
        .await;
    for (id, task) in (101..).zip(&tasks) {
        raw.send(call(id, "task_new", json!({"task_name": task})))
            .await;
    }
    raw.send(call(200, "task_list", json!({}))).await;
    let mut listed = Value::Null;
    for _ in 0..tasks.len() + 2 {
        let line = raw.lines.next_line().await.unwrap().unwrap();
        let answer: Value = serde_json::from_str(&line).unwrap();
        if answer["id"] == 200 {
            listed = answer["result"]["structuredContent"]["tasks"].clone();
        }
    }
    let names: Vec<&String> = listed.as_object().unwrap().keys().collect();
    assert_eq!(names, tasks.iter().collect::<Vec<_>>());
}

#[tokio::test]
async fn a_call_that_is_cancelled_before_its_turn_is_not_made_and_pings_pass() {
    let server = server();
    let slow = server.turns().enter("task_new");
    let mut raw = Raw::initialized(server.clone()).await;
    let new = json!({"name": "process_new", "arguments": {"name": "garden"}});
    raw.send(json!({"jsonrpc": "2.0", "id": 50, "method": "tools/call", "params": new}))
        .await;
    assert!(raw.request("ping", json!({})).await["error"].is_null());
    let cancelled = json!({"requestId": 50});
    raw.send(json!({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": cancelled}))
        .await;
    // Until this is answered, the cancellation has been read.
    assert!(raw.request("ping", json!({})).await["error"].is_null());
    drop(slow);
    let list = json!({"name": "process_list_all", "arguments": {}});
    let answer = raw.request("tools/call", list).await;
    assert_eq!(answer["result"]["structuredContent"]["total"], 0);
}

#[tokio::test]
async fn an_unknown_tool_is_an_error_that_names_near_misses() {
    let mut raw = Raw::initialized(server()).await;
    let answer = raw
        .request("tools/call", json!({"name": "proces_new", "arguments": {}}))
        .await;
    assert_eq!(answer["error"]["code"], -32602);
    assert_eq!(
        answer["error"]["message"],
        "There is no tool of this name. Call process_new instead."
    );
}

#[tokio::test]
async fn who_is_connected_and_what_was_called_is_known_to_people() {
    let server = server();
    let mut raw = Raw::initialized(server.for_new_caller()).await;
    let known = server.callers();
    assert_eq!(known.len(), 1, "{known:?}");
    assert!(known[0].name.starts_with("test #") && known[0].is_connected);
    assert_eq!(known[0].last_call, None);

    let call = |name: &str, arguments| json!({"name": name, "arguments": arguments});
    let new = call("process_new", json!({"name": "garden"}));
    raw.request("tools/call", new).await;
    for _ in 0..3 {
        let refused = call("task_delete", json!({"task_name": "beds"}));
        let answer = raw.request("tools/call", refused).await;
        assert_eq!(answer["result"]["isError"], true, "{answer}");
    }
    let calls = server.calls();
    let tools: Vec<&str> = calls.iter().map(|call| &*call.tool).collect();
    assert_eq!(
        tools,
        ["task_delete", "task_delete", "task_delete", "process_new"]
    );
    let (last, first) = (&calls[0], &calls[3]);
    assert_eq!(first.process.as_deref(), Some("garden"));
    assert!(first.refusal.is_none() && first.answer_bytes > 0);
    let sentence = &last.refusal.as_ref().unwrap().sentence;
    assert!(sentence.starts_with("Nothing was deleted"), "{sentence}");
    let stuck = server.stuck_callers();
    assert_eq!(stuck.len(), 1);
    assert_eq!(
        (&*stuck[0].last.caller, stuck[0].times),
        (&*known[0].name, 3)
    );
    assert_eq!(server.callers()[0].last_call.as_ref(), Some(last));

    raw.request("tools/call", call("taks_delete", json!({})))
        .await;
    let unknown = &server.calls()[0];
    assert_eq!(unknown.tool, "taks_delete");
    let sentence = &unknown.refusal.as_ref().unwrap().sentence;
    assert!(sentence.starts_with("There is no tool"), "{sentence}");
    assert_eq!(server.stuck_callers(), []);

    drop(raw);
    while !server.callers().is_empty() {
        tokio::task::yield_now().await;
    }
}

#[test]
fn a_caller_without_a_session_is_known_by_its_name() {
    let server = server();
    let parts = parts(Some("ann"));
    for _ in 0..2 {
        let instance = server.for_new_caller();
        let (caller, identity) = instance.caller(Some(&parts), || Some(client("ui")));
        instance.meet(&caller, &identity, Contact::ByName);
    }
    let known = server.callers();
    assert_eq!(known.len(), 1, "{known:?}");
    assert_eq!(
        (&*known[0].name, known[0].is_connected),
        ("ui (ann)", false)
    );
}

#[tokio::test]
async fn the_list_is_whole_and_the_same_each_time() {
    let mut raw = Raw::initialized(server()).await;
    let first = raw.request("tools/list", json!({})).await.to_string();
    let second = raw.request("tools/list", json!({})).await;
    assert_eq!(first, second.to_string());
    // This server has no directory to write files to.
    let offered = TOOLS.iter().filter(|tool| !tool.writes_files).count();
    let listed = second["result"]["tools"].as_array().unwrap().len();
    assert_eq!(listed, offered);
    assert!(second["result"].get("nextCursor").is_none());
}

#[tokio::test]
async fn a_stdio_connection_of_the_sessionless_era_keeps_its_process_open() {
    let mut raw = Raw::connect(server());
    let meta = json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "1"},
        "io.modelcontextprotocol/clientCapabilities": {},
    });
    for name in ["one", "two"] {
        let params = json!({"_meta": meta, "name": "process_new", "arguments": {"name": name}});
        let answer = raw.request("tools/call", params).await;
        assert_eq!(answer["result"]["isError"], false, "{answer}");
    }
    let params = json!({"_meta": meta, "name": "task_list", "arguments": "{}"});
    let answer = raw.request("tools/call", params).await;
    assert_eq!(answer["result"]["structuredContent"]["process_name"], "two");
    assert_eq!(answer["result"]["resultType"], "complete");
}

#[tokio::test]
async fn whoever_listens_is_told_what_may_have_changed_before_it_was_followed() {
    const GARDEN: &str = "pm://process/garden";
    let mut raw = Raw::connect(server());
    let params = json!({
        "_meta": {
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "1"},
            "io.modelcontextprotocol/clientCapabilities": {},
        },
        "notifications": {"resourcesListChanged": true, "resourceSubscriptions": [GARDEN]},
    });
    let mut told = vec![raw.request("subscriptions/listen", params).await];
    for _ in 0..2 {
        let line = raw.lines.next_line().await.unwrap().unwrap();
        told.push(serde_json::from_str(&line).unwrap());
    }
    let methods: Vec<_> = told.iter().map(|told| &told["method"]).collect();
    assert_eq!(
        methods,
        [
            "notifications/subscriptions/acknowledged",
            "notifications/resources/list_changed",
            "notifications/resources/updated",
        ]
    );
    assert_eq!(told[2]["params"]["uri"], GARDEN);
}
