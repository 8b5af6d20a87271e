//! Files as one archive.

use std::io::{self, Seek, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

/// Writes files, each with its path, into a ZIP archive, and answers the writer. No two paths may
/// be equal.
///
/// Archives of the same files are equal, byte for byte: they hold no times.
pub fn write_zip<'a, W: Write + Seek>(
    files: impl IntoIterator<Item = (String, &'a str)>,
    to: W,
) -> io::Result<W> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644);
    let mut archive = ZipWriter::new(to);
    for (path, content) in files {
        archive.start_file(path, options)?;
        archive.write_all(content.as_bytes())?;
    }
    Ok(archive.finish()?)
}
