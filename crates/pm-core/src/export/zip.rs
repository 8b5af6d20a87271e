//! The files of a plan as one archive.

use std::io::{self, Seek, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::ExportPlan;

/// Writes the files of a plan into a ZIP archive, and answers what it was written to.
///
/// Archives of the same files are equal, byte for byte: they say nothing of the time.
pub fn write_zip<W: Write + Seek>(plan: &ExportPlan<'_>, to: W) -> io::Result<W> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644);
    let mut archive = ZipWriter::new(to);
    for file in &plan.files {
        archive.start_file(file.path.to_string(), options)?;
        archive.write_all(file.version.snippet.content.as_bytes())?;
    }
    Ok(archive.finish()?)
}
