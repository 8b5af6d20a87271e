//! A file that cannot be used, as it is: to be looked at and mended elsewhere.

use axum::extract::State;
use pm_core::ProcessManager;

use crate::download::Download;
use crate::front_end::FrontEnd;
use crate::names::Names;
use crate::problem::Problem;

/// The ending of all files of processes.
const ENDING: &str = ".json";

/// The bytes of a file that cannot be used.
pub(crate) async fn send(
    State(front): State<FrontEnd>,
    Names(file): Names<String>,
) -> Result<Download, Problem> {
    let read = move |manager: &ProcessManager| {
        let bytes = manager.read_unusable(&file)?;
        let bytes = bytes.ok_or_else(|| Problem::no_such_file(&file))?;
        let called = file.strip_suffix(ENDING).unwrap_or(&file);
        // The content may be anything.
        let media_type = "application/octet-stream";
        Ok(Download::new(called, ENDING, media_type, bytes))
    };
    front.read(read).await
}

#[cfg(test)]
mod tests {
    use std::fs;

    use pm_core::FileStore;

    use super::*;
    use crate::tests::support::{get, guarded, pages};

    #[tokio::test]
    async fn a_damaged_file_is_had_as_it_is_from_where_it_is_told_of() {
        let dir = tempfile::tempdir().unwrap();
        let text = "{\"process_name\": \"Garden\", \"tasks\": {<script>}}";
        fs::write(dir.path().join("Garden <1>.json"), text).unwrap();
        fs::write(dir.path().join("empty.json"), "").unwrap();
        let manager = ProcessManager::new(FileStore::open(dir.path()).unwrap());
        let shown = pages(manager.clone());
        let address = "/unusable/Garden%20%3C1%3E.json";
        let link = format!("<a href=\"{address}\">Download it as it is</a>");
        for page in ["/", "/p/Garden"] {
            let body = get(&shown, page).await.body;
            let told = body.replace(" dir=\"auto\"", "");
            assert!(told.contains("damaged at line 1, column"), "{told}");
            assert!(told.contains(&link), "{told}");
            assert!(!told.contains("/unusable/empty"), "{told}");
        }
        let file = get(&shown, address).await;
        assert_eq!((file.status.as_u16(), file.body.as_str()), (200, text));
        assert_eq!(file.header("content-type"), "application/octet-stream");
        assert_eq!(
            file.header("content-disposition"),
            "attachment; filename=\"Garden _1_.json\"; filename*=UTF-8''Garden%20_1_.json"
        );
        for other in ["..%2Fother.json", "Garden.json", "%00"] {
            let answer = get(&shown, &format!("/unusable/{other}")).await;
            assert_eq!(answer.status, 404, "{other}");
        }
        assert_eq!(get(&guarded(manager), address).await.status, 303);
    }
}
