//! A request whose connection broke, and which the database gets when others have gone on.

use super::proxy::Proxy;
use super::*;

/// Two servers, of which one is cut off now and then.
struct Scene {
    cluster: Cluster,
    proxy: Proxy,
    /// A store whose connections break.
    here: ProcessManager,
    /// Another server's.
    there: ProcessManager,
}

impl Scene {
    fn start() -> Option<Self> {
        let cluster = Cluster::start().unwrap()?;
        let direct = cluster.database().unwrap();
        let proxy = Proxy::start(cluster.port());
        let [_, _, database, _] = direct.servers().remove(0);
        let through = format!("postgres://pm@127.0.0.1:{}/{database}", proxy.port);
        Some(Self {
            here: open(&through.parse().unwrap(), "a"),
            there: open(&direct, "a"),
            cluster,
            proxy,
        })
    }
}

#[test]
fn a_process_that_was_deleted_is_not_made_again() {
    let Some(scene) = Scene::start() else {
        return;
    };
    // The statement is known to the connection once it was used.
    create(&scene.here, "before");
    scene.proxy.hold(r#""process_name": "garden""#);
    let garden = create(&scene.here, "garden");
    scene.there.delete_process(&garden).unwrap();
    scene.proxy.pass_late();
    assert!(scene.there.process("garden").is_err());
    assert_eq!(scene.there.trash().unwrap().len(), 1);
    // Nor if it has another name by now.
    scene.proxy.hold(r#""process_name": "shed""#);
    let shed = create(&scene.here, "shed");
    let park = "park".parse().unwrap();
    scene.there.rename_process(&shed, &park).unwrap();
    scene.proxy.pass_late();
    assert!(scene.there.process("shed").is_err());
    scene.here.process("park").unwrap();
    drop(scene.cluster);
}

#[test]
fn a_process_that_was_restored_is_not_deleted_again() {
    let Some(scene) = Scene::start() else {
        return;
    };
    let before = create(&scene.here, "before");
    let garden = create(&scene.here, "garden");
    scene.here.delete_process(&before).unwrap();
    // The name of a process is looked for first; what deletes it has the name of who does so.
    scene.proxy.hold("somebody");
    let ann = pm_core::Actor::Client {
        client: "somebody".into(),
        principal: None,
    };
    let here = scene.here.clone().acting_as(ann);
    here.delete_process(&garden).unwrap();
    scene.there.restore_process("garden", None).unwrap();
    scene.proxy.pass_late();
    scene.there.process("garden").unwrap();
    assert_eq!(scene.there.trash().unwrap().len(), 1);
}
