//! What the operating system says of running programs and of the machine. Where there is no
//! `/proc`, the columns that it fills stay empty.

use std::{fs::read_to_string, path::Path, time::Duration};

/// The processor time that a program has used so far.
pub(super) fn cpu_time(pid: u32) -> Option<Duration> {
    let stat = read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The program's name may hold spaces and brackets; the fields after it do not.
    let (_, fields) = stat.rsplit_once(')')?;
    let fields: Vec<&str> = fields.split_whitespace().collect();
    let ticks = |index: usize| fields.get(index)?.parse::<u32>().ok();
    let (user, system) = (ticks(11)?, ticks(12)?);
    let a_second = u32::try_from(rustix::param::clock_ticks_per_second()).ok()?;
    Some(Duration::from_secs(1) * (user + system) / a_second)
}

/// The memory of a program that is resident now, in MiB.
pub(super) fn resident(pid: u32) -> Option<f64> {
    memory(pid, "VmRSS:")
}

/// The most memory of a program that was ever resident, in MiB.
pub(super) fn most_resident(pid: u32) -> Option<f64> {
    memory(pid, "VmHWM:")
}

fn memory(pid: u32, field: &str) -> Option<f64> {
    let status = read_to_string(format!("/proc/{pid}/status")).ok()?;
    Some(f64::from(kibibytes(&status, field)?) / 1024.0)
}

fn kibibytes(text: &str, field: &str) -> Option<u32> {
    let value = text.lines().find_map(|line| line.strip_prefix(field))?;
    value.trim().strip_suffix("kB")?.trim().parse().ok()
}

/// The machine in one sentence: processor, memory, kernel and the file system of `dir`.
pub(super) fn machine(dir: &Path) -> String {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let model = read_to_string("/proc/cpuinfo").ok().and_then(|text| {
        let line = text.lines().find(|line| line.starts_with("model name"))?;
        Some(line.split_once(':')?.1.trim().to_owned())
    });
    let memory = read_to_string("/proc/meminfo")
        .ok()
        .and_then(|text| kibibytes(&text, "MemTotal:"))
        .map_or_else(String::new, |it| format!(", {} GiB", it.div_ceil(1 << 20)));
    let kernel = read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    // What follows the number says who built it.
    let kernel = kernel.trim().split('-').next().unwrap_or_default();
    let (model, system) = (
        model.as_deref().unwrap_or("unknown processor"),
        std::env::consts::OS,
    );
    let file_system = file_system(dir).unwrap_or_else(|| "an unknown file system".to_owned());
    format!("{model}, {cores} cores{memory}; {system} {kernel}; {file_system}")
}

/// The file system that a directory is on.
pub(super) fn file_system(dir: &Path) -> Option<String> {
    let dir = dir.canonicalize().ok()?;
    let mounts = read_to_string("/proc/mounts").ok()?;
    mounts
        .lines()
        .filter_map(|line| {
            let mut words = line.split(' ').skip(1);
            Some((words.next()?, words.next()?))
        })
        .filter(|(point, _)| dir.starts_with(point))
        // Of two mounts on one point the later one is seen.
        .max_by_key(|(point, _)| point.len())
        .map(|(_, kind)| kind.to_owned())
}

/// How many programs wanted to run in the last minute.
pub(super) fn load_average() -> Option<f64> {
    let text = read_to_string("/proc/loadavg").ok()?;
    text.split(' ').next()?.parse().ok()
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn this_program_uses_time_and_memory() {
        let pid = std::process::id();
        assert!(cpu_time(pid).is_some());
        assert!(resident(pid) <= most_resident(pid) && resident(pid) > Some(0.1));
    }

    #[test]
    fn the_file_system_of_proc_is_known() {
        assert_eq!(
            file_system(Path::new("/proc/self")).as_deref(),
            Some("proc")
        );
    }
}
