//! Looking for something in all processes.

use super::ProcessManager;
use crate::{Error, SearchHits, SearchQuery};

impl ProcessManager {
    /// Looks for something in the names, descriptions, notes and code of all processes. For one
    /// process alone, see [`SearchQuery::look_in`].
    ///
    /// ```
    /// # use pm_core::search::SearchQuery;
    /// # use pm_core::{MemoryStore, ProcessManager};
    /// # let manager = ProcessManager::new(MemoryStore::new());
    /// manager.create_process("Garden Planner".parse()?, "Plan the garden")?;
    /// let query: SearchQuery = "garden".parse()?;
    /// let found = manager.search(&query)?;
    /// assert_eq!(found.total, 2);
    /// assert_eq!(found.best()[0].excerpt, "Garden Planner");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn search(&self, query: &SearchQuery) -> Result<SearchHits, Error> {
        self.store.search(query)
    }
}
