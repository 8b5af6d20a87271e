//! A database that has lost its end, as after a failover to a standby that lagged behind: revisions
//! come again with other content, and nothing of what was lost is mixed in.

use super::*;

#[test]
fn what_the_database_has_lost_is_noticed_and_not_mixed_in() {
    let Some(cluster) = Cluster::start().unwrap() else {
        return;
    };
    let address = cluster.database().unwrap();
    let [_, _, database, _] = address.servers().remove(0);
    let [before, other] = [(); 2].map(|()| open(&address, "a"));
    let garden = create(&before, "garden");
    add(&before, &garden, "soil").unwrap();
    let kept = "SELECT revision || ', head = ' || head || ', summary = ' || \
                quote_literal(summary) FROM pm.process";
    let kept = cluster.sql(&database, kept).unwrap();
    add(&before, &garden, "lost").unwrap();
    add(&before, &garden, "lost as well").unwrap();
    assert_eq!(before.process("garden").unwrap().revision, 4);

    let rewind = format!(
        "DELETE FROM pm.change WHERE revision > 2; UPDATE pm.process SET revision = {kept}"
    );
    cluster.sql(&database, &rewind).unwrap();
    // The same revisions once more.
    add(&other, &garden, "other").unwrap();
    add(&other, &garden, "others").unwrap();
    let found = before.process("garden").unwrap();
    assert_eq!(
        (found.revision, tasks(&found)),
        (4, vec!["soil".into(), "other".into(), "others".into()])
    );

    // And where nobody went on: the change is made on what the database has.
    cluster.sql(&database, &rewind).unwrap();
    add(&before, &garden, "beds").unwrap();
    let found = other.process("garden").unwrap();
    assert_eq!(
        (found.revision, tasks(&found)),
        (3, vec!["soil".into(), "beds".into()])
    );
    assert_whole(&address, "a", &garden);
}
