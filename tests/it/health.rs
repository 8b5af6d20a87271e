//! Whether a server is up, for container engines and people: `/health` and `healthcheck`.

use pm_tests::binaries;
use pm_tests::http_server::HttpServer;
use pm_tests::raw_http::Request;
use pm_tests::running::{Finished, command, finish};
use pm_tests::storage::Storage;
use serde_json::json;

#[test]
fn both_addresses_answer_without_a_token() {
    let storage = Storage::new();
    let server = HttpServer::over(storage.path())
        .env("PM_TOKEN", "a-secret")
        .start();
    for path in ["/health", "/mcp/health"] {
        let response = server.send(&Request::get(path));
        assert_eq!(response.status, 200, "{path}: {response:?}");
        let mut report = response.message();
        assert!(report["uptime_seconds"].take().is_u64());
        assert_eq!(
            report,
            json!({
                "status": "ok",
                "name": "process-manager",
                "version": env!("CARGO_PKG_VERSION"),
                "uptime_seconds": null,
                "store": {"state": "ready"},
            })
        );
    }
}

#[test]
fn the_health_check_says_yes_while_the_server_runs_and_no_after() {
    let storage = Storage::new();
    let server = HttpServer::start(storage.path());
    let address = server.address().to_string();
    let yes = healthcheck(&address);
    assert_eq!(yes.code, Some(0), "{yes:?}");
    assert!(yes.stdout.contains("\"status\":\"ok\""), "{yes:?}");
    assert_eq!(server.stop(), Some(0));
    let no = healthcheck(&address);
    assert_eq!(no.code, Some(1), "{no:?}");
    assert!(no.stderr.contains(&address), "{no:?}");
}

fn healthcheck(address: &str) -> Finished {
    let mut command = command(binaries::http());
    finish(command.args(["healthcheck", "--listen", address]))
}
