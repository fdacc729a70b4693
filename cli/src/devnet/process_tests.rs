// SPDX-License-Identifier: Apache-2.0

//! With real processes of the system: a shell that sleeps.

#![allow(clippy::unwrap_used, reason = "a panic is how a test reports")]

use super::*;

/// A shell that does this.
fn shell(folder: &Path, kind: Kind, script: &str) -> Started {
	Start {
		name: "shell".into(),
		kind,
		program: "/bin/sh".into(),
		arguments: vec!["-c".into(), script.into()],
		url: String::new(),
		metrics: String::new(),
		log: folder.join("shell.log"),
	}
	.start()
	.unwrap()
}

/// Waits until the shell has said something.
async fn has_said(folder: &Path, what: &str) {
	let start = Instant::now();
	while !tail(&folder.join("shell.log"), 5).contains(what) {
		assert!(start.elapsed() < Duration::from_secs(30), "it does not say {what}");
		tokio::time::sleep(LOOK).await;
	}
}

#[test]
fn the_start_should_be_read_whatever_the_name_is() {
	let fields = "S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 777 20";
	for name in ["sh", "a b", "a) b (c", ")"] {
		assert_eq!(read_stat(&format!("12 ({name}) {fields}\n")), Some(('S', 777)));
	}
	assert_eq!(read_stat("12 (sh) S 1 2 3"), None);
	assert_eq!(read_stat(""), None);
}

#[tokio::test]
async fn a_process_should_be_known_and_stopped() {
	let folder = tempfile::tempdir().unwrap();
	for kind in [Kind::Node, Kind::Operator, Kind::Oracle] {
		let mut started = shell(folder.path(), kind, "exec sleep 1000");
		assert!(started.process.identity.lives());
		started.check().unwrap();
		stop(std::slice::from_ref(&started.process), Duration::from_secs(30)).await.unwrap();
		assert!(!started.process.identity.lives(), "a zombie has ended, too");
		let error = started.check().unwrap_err().to_string();
		let signal = if kind == Kind::Node { "SIGINT" } else { "SIGTERM" };
		assert!(error.contains(signal), "{error}");
		assert!(!started.process.identity.lives());
		assert!(!started.process.identity.signal(Signal::TERM).unwrap());
	}
}

#[tokio::test]
async fn who_does_not_listen_should_be_killed_after_patience() {
	let folder = tempfile::tempdir().unwrap();
	let script = "trap '' TERM; echo deaf; while true; do sleep 0.1; done";
	let started = shell(folder.path(), Kind::Operator, script);
	has_said(folder.path(), "deaf").await;
	let patience = Duration::from_millis(300);
	let start = Instant::now();
	stop(std::slice::from_ref(&started.process), patience).await.unwrap();
	assert!(start.elapsed() >= patience);
	assert!(!started.process.identity.lives());
}

#[tokio::test]
async fn a_number_that_another_process_has_now_should_not_be_touched() {
	let folder = tempfile::tempdir().unwrap();
	let mut other = shell(folder.path(), Kind::Operator, "exec sleep 1000");
	// As if ours had ended, and its number were given to somebody else.
	for mistaken in [
		Identity { started: other.process.identity.started - 1, ..other.process.identity.clone() },
		Identity { boot: "before".into(), ..other.process.identity.clone() },
	] {
		assert!(!mistaken.lives());
		assert!(!mistaken.signal(Signal::KILL).unwrap());
		let process = Process { identity: mistaken, ..other.process.clone() };
		let all = Processes { class: 2, processes: vec![process] };
		assert!(all.living().is_empty());
		stop(&all.processes, Duration::from_secs(1)).await.unwrap();
		tokio::time::sleep(LOOK).await;
		other.check().unwrap();
		assert!(other.process.identity.lives());
	}
	stop(std::slice::from_ref(&other.process), Duration::from_secs(30)).await.unwrap();
}

#[tokio::test]
async fn a_process_that_dies_should_be_shown_with_the_end_of_its_log() {
	let folder = tempfile::tempdir().unwrap();
	let script = "for i in $(seq 100); do echo line $i; done; echo no luck >&2; exit 3";
	let mut started = shell(folder.path(), Kind::Oracle, script);
	let start = Instant::now();
	let error = loop {
		match started.check() {
			Ok(()) => assert!(start.elapsed() < Duration::from_secs(30)),
			Err(error) => break error.to_string(),
		}
		tokio::time::sleep(LOOK).await;
	};
	assert!(error.contains("exit status: 3") && error.contains("no luck"), "{error}");
	assert!(error.contains("line 100") && !error.contains("line 50\n"), "{error}");
}

#[test]
fn what_cannot_be_started_should_be_named() {
	let folder = tempfile::tempdir().unwrap();
	let program = folder.path().join("nothing");
	let start = Start {
		name: "nothing".into(),
		kind: Kind::Node,
		program: program.clone(),
		arguments: Vec::new(),
		url: String::new(),
		metrics: String::new(),
		log: folder.path().join("log"),
	};
	let error = start.start().unwrap_err().to_string();
	assert!(error.contains(&program.display().to_string()), "{error}");
}

#[test]
fn a_kept_process_should_be_read_as_it_was_written() {
	let identity = Identity::of(std::process::id()).unwrap();
	let process = Process {
		name: "operator".into(),
		kind: Kind::Operator,
		identity,
		url: "http://127.0.0.1:1".into(),
		metrics: "http://127.0.0.1:2".into(),
		log: "/tmp/operator.log".into(),
	};
	let all = Processes { class: 1, processes: vec![process] };
	let text = serde_json::to_string(&all).unwrap();
	assert_eq!(serde_json::from_str::<Processes>(&text).unwrap(), all);
	assert_eq!(all.living(), ["operator"]);
}

#[test]
fn a_tail_should_be_the_last_lines() {
	let folder = tempfile::tempdir().unwrap();
	let log = folder.path().join("log");
	assert_eq!(tail(&log, 5), "");
	let text: String = (0..20_000).map(|line| format!("line {line}\n")).collect();
	fs::write(&log, text).unwrap();
	assert_eq!(tail(&log, 2), "line 19998\nline 19999");
	assert_eq!(tail(&log, 0), "");
}
