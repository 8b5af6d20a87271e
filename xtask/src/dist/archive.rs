//! The archive: `.tar.gz`, and `.zip` on Windows. Names in order, one time, one owner: what is in it
//! decides its bytes, and nothing of the machine does.

use std::{fs::File, io::Write, path::Path};

use anyhow::{Context, Result};
use flate2::{Compression, GzBuilder};
use tar::{EntryType, Header};
use zip::{CompressionMethod, DateTime, ZipWriter, write::SimpleFileOptions};

use super::contents::Contents;

/// Writes the archive `name` into a directory, with all files below a folder of that name, and
/// returns what it is called.
pub(super) fn write(contents: &Contents, name: &str, out: &Path, time: u64) -> Result<String> {
    if cfg!(windows) {
        let file = format!("{name}.zip");
        zip(contents, name, File::create(out.join(&file))?)?;
        Ok(file)
    } else {
        let file = format!("{name}.tar.gz");
        tar_gz(contents, name, File::create(out.join(&file))?, time)?;
        Ok(file)
    }
}

fn tar_gz(contents: &Contents, name: &str, file: impl Write, time: u64) -> Result<()> {
    // A time of 0 means that there is none.
    let gz = GzBuilder::new().mtime(0).write(file, Compression::best());
    let mut archive = tar::Builder::new(gz);
    for (path, file) in contents.files() {
        let mut header = Header::new_ustar();
        header.set_entry_type(EntryType::Regular);
        header.set_size(file.bytes.len().try_into()?);
        header.set_mode(if file.runs { 0o755 } else { 0o644 });
        header.set_mtime(time);
        header.set_uid(0);
        header.set_gid(0);
        let path = format!("{name}/{path}");
        archive
            .append_data(&mut header, &path, file.bytes.as_slice())
            .with_context(|| format!("{path} does not fit into an archive"))?;
    }
    archive.into_inner()?.finish()?.flush()?;
    Ok(())
}

fn zip(contents: &Contents, name: &str, file: File) -> Result<()> {
    let mut archive = ZipWriter::new(file);
    for (path, file) in contents.files() {
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            // The first time that the format has: no zone, no clock.
            .last_modified_time(DateTime::default())
            .unix_permissions(if file.runs { 0o755 } else { 0o644 });
        archive.start_file(format!("{name}/{path}"), options)?;
        archive.write_all(&file.bytes)?;
    }
    archive.finish()?.flush()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_files_are_the_same_bytes_in_whatever_order_they_came() {
        let write = |names: [&str; 2]| {
            let mut contents = Contents::default();
            for name in names {
                contents.add(name, name.as_bytes().to_vec());
            }
            let mut bytes = Vec::new();
            tar_gz(&contents, "pm-1", &mut bytes, 1_700_000_000).unwrap();
            bytes
        };
        assert_eq!(write(["b", "a/c"]), write(["a/c", "b"]));
    }
}
