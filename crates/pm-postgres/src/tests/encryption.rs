//! Connections that leave the machine: what is proved of the server, and what is refused.

use std::path::Path;
use std::process::{Command, Stdio};

use super::*;

/// Runs `openssl` in a directory.
fn openssl(directory: &Path, arguments: &str) {
    let ended = Command::new("openssl")
        .args(arguments.split(' '))
        .current_dir(directory)
        .stdin(Stdio::null())
        .output()
        .expect("openssl makes the certificates of this test");
    let told = String::from_utf8_lossy(&ended.stderr);
    assert!(ended.status.success(), "openssl {arguments}: {told}");
}

/// Makes two authorities, and certificates of the first one for `localhost`: a valid one, and one
/// that is over.
fn certificates(directory: &Path) {
    std::fs::write(directory.join("names"), "subjectAltName=DNS:localhost\n").unwrap();
    for authority in ["ours", "another"] {
        openssl(
            directory,
            &format!(
                "req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN={authority} \
                 -keyout {authority}.key -out {authority}.pem"
            ),
        );
    }
    openssl(
        directory,
        "req -newkey rsa:2048 -nodes -subj /CN=localhost -keyout server.key -out server.csr",
    );
    for (name, days) in [("valid", 30), ("over", -1)] {
        openssl(
            directory,
            &format!(
                "x509 -req -in server.csr -CA ours.pem -CAkey ours.key -CAcreateserial \
                 -extfile names -days {days} -out {name}.pem"
            ),
        );
    }
}

/// Has the server prove itself by a certificate from now on.
fn serve(cluster: &mut Cluster, certificate: &Path) {
    let key = certificate.with_file_name("server.key");
    for (name, file) in [("server.crt", certificate), ("server.key", &key)] {
        let content = std::fs::read(file).unwrap();
        cluster.put_file(name, &content).unwrap();
    }
    cluster
        .sql("postgres", "ALTER SYSTEM SET ssl = on")
        .unwrap();
    cluster.kill();
    cluster.run().unwrap();
}

#[test]
fn a_server_that_cannot_prove_who_it_is_is_refused() {
    let Some(mut cluster) = Cluster::start().unwrap() else {
        return;
    };
    let plain = cluster.database().unwrap();
    let [_, port, database, _] = plain.servers().remove(0);
    let directory = tempfile::tempdir().unwrap();
    certificates(directory.path());
    let file = |name: &str| directory.path().join(name);
    let open = |host: &str, authority: &str| {
        let authority = file(authority);
        let url = format!(
            "postgres://pm@{host}:{port}/{database}?sslmode=verify-full&sslrootcert={}",
            authority.display()
        );
        let options = PostgresOptions {
            reach_within: Duration::from_millis(200),
            ..PostgresOptions::default()
        };
        let opened = PostgresStore::open(&url.parse().unwrap(), &options);
        opened
            .map(ProcessManager::new)
            .map_err(|error| error.to_string())
    };
    let refused = |host: &str, authority: &str, part: &str| {
        let told = open(host, authority).err().unwrap();
        assert!(told.contains(part), "{told}");
    };

    refused("localhost", "ours.pem", "TLS");
    serve(&mut cluster, &file("valid.pem"));
    let store = open("localhost", "ours.pem").unwrap();
    let garden = create(&store, "garden");
    add(&store, &garden, "soil").unwrap();
    let encrypted = "SELECT bool_and(ssl) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) \
                     WHERE application_name = 'process-manager'";
    assert_eq!(cluster.sql(&database, encrypted).unwrap(), "t");
    refused("localhost", "another.pem", "UnknownIssuer");
    refused("127.0.0.1", "ours.pem", "not valid for name");
    refused("localhost", "valid.key", "cannot be read");
    drop(store);
    serve(&mut cluster, &file("over.pem"));
    refused("localhost", "ours.pem", "Expired");
}
