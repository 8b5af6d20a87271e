//! The plan in chat clients that show MCP Apps: the tools that lead to it, and the page itself, over
//! both transports and in both eras of the protocol.

use pm_tests::http_server::HttpServer;
use pm_tests::mcp::{self, WITH_SESSIONS, WITHOUT_SESSIONS, request};
use pm_tests::raw_http::Request;
use pm_tests::stdio_server::StdioServer;
use pm_tests::storage::Storage;
use serde_json::{Value, json};

const ADDRESS: &str = "ui://process-manager/plan";
const MEDIA_TYPE: &str = "text/html;profile=mcp-app";

/// What a client declares that shows such pages, and much else.
fn capabilities() -> Value {
    json!({
        "roots": {"listChanged": true},
        "extensions": {
            "io.modelcontextprotocol/ui": {"mimeTypes": [MEDIA_TYPE], "features": ["more"]},
            "com.example/other": {},
        },
    })
}

/// The parameters of `initialize` of such a client.
fn opening() -> Value {
    let mut opening = mcp::initialize(WITH_SESSIONS, "chat");
    opening["capabilities"] = capabilities();
    opening
}

/// What such a client gets; all other clients get `plain` and `resources`.
fn talk(ask: &mut dyn FnMut(&str, Value) -> Value, plain: &Value, resources: &Value) {
    let mut listed = ask("tools/list", json!({}));
    let mut leading = Vec::new();
    for tool in listed["tools"].as_array_mut().unwrap() {
        if let Some(meta) = tool.as_object_mut().unwrap().shift_remove("_meta") {
            let leads = json!({"ui": {"resourceUri": ADDRESS}, "ui/resourceUri": ADDRESS});
            assert_eq!(meta, leads);
            leading.push(tool["name"].as_str().unwrap().to_owned());
        }
    }
    let expected = ["process_load", "task_list", "task_next", "task_update"];
    assert_eq!(leading, expected);
    assert_eq!(listed["tools"].to_string(), plain["tools"].to_string());

    let read = ask("resources/read", json!({"uri": ADDRESS}));
    let [page] = read["contents"].as_array().unwrap().as_slice() else {
        panic!("one page: {read}")
    };
    assert_eq!(
        (&page["uri"], &page["mimeType"]),
        (&json!(ADDRESS), &json!(MEDIA_TYPE))
    );
    let text = page["text"].as_str().unwrap();
    assert!(text.len() <= 40_000, "{} bytes", text.len());
    assert!(
        text.starts_with("<!doctype html>") && !text.contains("http"),
        "{text}"
    );
    assert!(
        text.contains(" task_update"),
        "the tools that are offered are named"
    );
    let none = json!([]);
    for sources in [
        "connectDomains",
        "resourceDomains",
        "frameDomains",
        "baseUriDomains",
    ] {
        assert_eq!(page["_meta"]["ui"]["csp"][sources], none, "{sources}");
    }
    assert_eq!(page["_meta"]["ui"]["prefersBorder"], true);

    let listed = ask("resources/list", json!({}));
    assert_eq!(listed["resources"], resources["resources"]);
}

#[test]
fn clients_that_show_pages_are_led_to_the_plan_and_others_get_the_list_as_it_was() {
    let storage = Storage::new();
    let server = HttpServer::start(storage.path());
    let session = server.session();
    session.call("process_new", json!({"name": "garden"})).ok();
    let plain = session.request("tools/list", json!({}));
    assert!(!plain.to_string().contains("_meta"), "{plain}");
    let resources = session.request("resources/list", json!({}));
    assert!(!resources.to_string().contains("ui://"), "{resources}");

    // With a session, of whose opening little is kept.
    let opened = server.send(&Request::mcp(&request(0, "initialize", opening())));
    let id = opened.header("mcp-session-id").unwrap().to_owned();
    let within = |message: &Value| {
        let post = Request::mcp(message).header("mcp-session-id", &id);
        post.header("mcp-protocol-version", WITH_SESSIONS)
    };
    let ready = json!({"jsonrpc": "2.0", "method": "notifications/initialized"});
    assert_eq!(server.send(&within(&ready)).status, 202);
    let mut ask =
        |method: &str, params| mcp::result(&server.send(&within(&request(1, method, params))));
    talk(&mut ask, &plain, &resources);

    // Without sessions each request says what the client shows.
    let mut ask = |method: &str, mut params: Value| {
        params["_meta"] = json!({
            "io.modelcontextprotocol/protocolVersion": WITHOUT_SESSIONS,
            "io.modelcontextprotocol/clientInfo": {"name": "chat", "version": "1"},
            "io.modelcontextprotocol/clientCapabilities": capabilities(),
        });
        let mut post = Request::mcp(&request(1, method, params.clone()))
            .header("mcp-protocol-version", WITHOUT_SESSIONS)
            .header("mcp-method", method);
        if let Some(uri) = params["uri"].as_str() {
            post = post.header("mcp-name", uri);
        }
        mcp::result(&server.send(&post))
    };
    talk(&mut ask, &plain, &resources);
    let others = server.sessionless("pm-tests");
    let listed = others.request("tools/list", json!({}));
    assert_eq!(listed["tools"].to_string(), plain["tools"].to_string());

    let mut stdio = StdioServer::spawn(&mut StdioServer::command(storage.path()));
    stdio.request("initialize", opening());
    stdio.send(&ready);
    talk(
        &mut |method, params| stdio.request(method, params),
        &plain,
        &resources,
    );
}

#[test]
fn what_people_do_on_the_page_is_listed_for_it_alone_where_the_model_has_no_tool_for_it() {
    let storage = Storage::new();
    for (selection, expected) in [
        ("work", &["task_code_diff", "task_job_update"] as &[&str]),
        (
            "tiny",
            &[
                "task_code_diff",
                "task_details_get",
                "task_job_update",
                "task_list",
            ],
        ),
        ("full", &[]),
        ("process_load,task_list", &[]),
    ] {
        let mut command = StdioServer::command(storage.path());
        command.args(["--tools", selection]);
        let mut stdio = StdioServer::spawn(&mut command);
        stdio.request("initialize", opening());
        let listed = stdio.request("tools/list", json!({}));
        let hidden = listed["tools"].as_array().unwrap().iter();
        let hidden = hidden.filter(|tool| tool["_meta"] == json!({"ui": {"visibility": ["app"]}}));
        let mut hidden: Vec<_> = hidden.map(|tool| tool["name"].as_str().unwrap()).collect();
        hidden.sort_unstable();
        assert_eq!(hidden, expected, "{selection}");

        let (mut other, _) = StdioServer::open(&mut command, WITH_SESSIONS);
        let plain = other.request("tools/list", json!({})).to_string();
        let known = expected.iter().find(|tool| plain.contains(**tool));
        assert_eq!(known, None, "{selection}");
    }
    let mut stdio =
        StdioServer::spawn(StdioServer::command(storage.path()).args(["--tools", "work"]));
    stdio.request("initialize", opening());
    stdio.call("process_new", json!({"name": "garden"})).ok();
    stdio.call("task_new", json!({"task_name": "soil"})).ok();
    stdio
        .call(
            "task_job_add",
            json!({"task_name": "soil", "job_name": "dig"}),
        )
        .ok();
    let ticked = json!({"task_name": "soil", "job_name": "dig", "status": "done"});
    stdio.call("task_job_update", ticked).ok();
}

#[test]
fn the_page_names_the_tools_of_its_server() {
    let storage = Storage::new();
    let mut command = StdioServer::command(storage.path());
    command.args(["--tools", "task_list,task_job_update", "--read-only"]);
    let mut stdio = StdioServer::spawn(&mut command);
    stdio.request("initialize", opening());
    let listed = stdio.request("tools/list", json!({}));
    assert_eq!(listed["tools"].as_array().unwrap().len(), 1);
    assert_eq!(listed["tools"][0]["_meta"]["ui"]["resourceUri"], ADDRESS);
    let page = stdio.request("resources/read", json!({"uri": ADDRESS}));
    let text = page["contents"][0]["text"].as_str().unwrap();
    assert!(text.contains("<main data-tools=\"task_list\">"), "{text}");
}
