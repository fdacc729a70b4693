// SPDX-License-Identifier: Apache-2.0

//! What a user gets wrong: one clear line, and an exit code that is not zero.

#![allow(clippy::unwrap_used, reason = "a panic is how a test reports")]

mod common;

use common::run;
use std::net::TcpListener;

/// The lines on standard error that are no log lines (those begin with a date).
fn message(stderr: &str) -> Vec<&str> {
	stderr.lines().filter(|line| line.starts_with("error")).collect()
}

#[test]
fn an_unknown_chain_should_end_with_the_known_names() {
	let (status, stderr) = run(&["--chain", "gamma", "--tmp"]);
	assert!(!status.success());
	assert_eq!(message(&stderr).len(), 1, "{stderr}");
	assert!(stderr.contains("unknown chain `gamma`") && stderr.contains("alpha, beta"), "{stderr}");
}

#[test]
fn a_broken_chain_specification_should_end_with_its_name() {
	let folder = tempfile::tempdir().unwrap();
	let file = folder.path().join("chain.json");
	std::fs::write(&file, "{ \"name\": \"x\"").unwrap();
	let (status, stderr) = run(&["--chain", file.to_str().unwrap(), "--tmp"]);
	assert!(!status.success());
	assert_eq!(message(&stderr).len(), 1, "{stderr}");
	assert!(stderr.contains("chain.json") && stderr.contains("not JSON"), "{stderr}");
}

#[test]
fn a_port_in_use_should_end_with_the_port_and_the_flag() {
	let taken = TcpListener::bind(("127.0.0.1", 0)).unwrap();
	let port = taken.local_addr().unwrap().port().to_string();
	let listen = format!("/ip4/127.0.0.1/tcp/{port}");
	let cases = [
		(vec!["--rpc-port", port.as_str()], "--rpc-port"),
		(vec!["--listen-addr", listen.as_str()], "--port"),
		(vec!["--prometheus-port", port.as_str()], "--prometheus-port"),
	];
	for (arguments, flag) in cases {
		let mut all = vec!["--dev", "--tmp", "--no-telemetry"];
		all.extend(arguments);
		if flag != "--rpc-port" {
			all.extend(["--rpc-port", "0"]);
		}
		if flag != "--port" {
			all.extend(["--listen-addr", "/ip4/127.0.0.1/tcp/0"]);
		}
		if flag != "--prometheus-port" {
			all.push("--no-prometheus");
		}
		let (status, stderr) = run(&all);
		assert!(!status.success());
		assert_eq!(message(&stderr).len(), 1, "{stderr}");
		assert!(stderr.contains(&port) && stderr.contains(flag), "{stderr}");
	}
}

#[test]
fn a_cache_that_cannot_be_a_folder_should_be_named() {
	let file = tempfile::NamedTempFile::new().unwrap();
	let (status, stderr) =
		run(&["--dev", "--tmp", "--runtime-cache", file.path().to_str().unwrap()]);
	assert!(!status.success());
	assert_eq!(message(&stderr).len(), 1, "{stderr}");
	let named = stderr.contains(file.path().to_str().unwrap());
	assert!(named && stderr.contains("another folder with --runtime-cache"), "{stderr}");
}

#[test]
fn an_unknown_flag_should_end_with_help() {
	let (status, stderr) = run(&["--no-such-flag"]);
	assert!(!status.success());
	assert!(stderr.contains("--no-such-flag") && stderr.contains("--help"), "{stderr}");
}
