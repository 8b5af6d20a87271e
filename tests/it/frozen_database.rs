//! A server over a database that takes in whatever is sent to it and answers nothing, and goes on
//! later.

use pm_postgres::testing::Cluster;
use pm_tests::eventually;
use pm_tests::http_server::HttpServer;
use pm_tests::raw_http::Request;
use pm_tests::storage::Storage;
use serde_json::json;

/// How many callers ask at once: more than the server has connections to the database.
const CALLERS: usize = 24;

#[test]
fn callers_are_told_that_it_cannot_be_reached_and_served_when_it_can() {
    let Some(cluster) = Cluster::start().unwrap() else {
        return;
    };
    let database = cluster.database().unwrap().to_string();
    let storage = Storage::of_files("the database is named");
    let server = HttpServer::over(storage.path());
    let server = server.env("PM_STORE", &database).start();
    let callers: Vec<_> = (0..CALLERS).map(|_| server.session()).collect();
    callers[0]
        .call("process_new", json!({"name": "Garden"}))
        .ok();
    let list = |caller: usize| callers[caller].call("task_list", json!({"process": "Garden"}));
    (0..CALLERS).for_each(|caller| drop(list(caller).ok()));

    cluster.freeze();
    std::thread::scope(|scope| {
        for caller in 0..CALLERS {
            scope.spawn(move || {
                let refused = list(caller).refused();
                assert!(refused.contains("cannot be reached"), "{refused}");
            });
        }
        // What needs no store is answered meanwhile.
        server.session().request("tools/list", json!({}));
    });
    let task = json!({"process": "Garden", "task_name": "soil"});
    let refused = callers[1].call("task_new", task.clone()).refused();
    assert!(refused.starts_with("Nothing was added"), "{refused}");
    eventually("its health says so", || {
        let health = server.send(&Request::get("/health"));
        health.text().contains("failing")
    });

    cluster.thaw();
    eventually("it finds its way back", || {
        !callers[2].call("task_new", task.clone()).is_error
    });
    (0..CALLERS).for_each(|caller| {
        let listed = list(caller).ok();
        assert!(listed["tasks"]["soil"].is_object(), "{listed}");
    });
    eventually("its health says so", || server.is_healthy());
}
