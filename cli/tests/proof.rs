// SPDX-License-Identifier: Apache-2.0

//! `ligature proof`, run as a user runs it, on proofs that others have made: those of
//! `tests/vectors/groth16` by arkworks, those of `tests/vectors/snarkjs` by snarkjs.

use std::{
	fs,
	path::{Path, PathBuf},
};

use assert_cmd::Command;
use serde_json::{Value, json};
use tempfile::TempDir;

/// Runs `ligature proof …` and returns exit code, standard output and standard error.
fn proof(args: &[&str]) -> (i32, String, String) {
	let output = Command::cargo_bin("ligature")
		.expect("the binary is built")
		.arg("proof")
		.args(args)
		.output()
		.expect("it runs");
	let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
	(output.status.code().expect("no signal"), text(output.stdout), text(output.stderr))
}

fn vectors(folder: &str) -> PathBuf {
	Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors").join(folder)
}

/// The three files of a proof, copied to where a test may spoil them.
struct Files {
	folder: TempDir,
	names: [&'static str; 3],
	format: &'static str,
}

const KEY: usize = 0;
const PROOF: usize = 1;
const PUBLIC: usize = 2;

impl Files {
	fn bytes() -> Self {
		Self::copy("groth16", ["key.bin", "proof.bin", "inputs.bin"], "bytes")
	}

	fn snarkjs() -> Self {
		Self::copy("snarkjs", ["verification_key.json", "proof.json", "public.json"], "snarkjs")
	}

	fn copy(from: &str, names: [&'static str; 3], format: &'static str) -> Self {
		let folder = tempfile::tempdir().expect("a folder");
		for name in names {
			fs::copy(vectors(from).join(name), folder.path().join(name)).expect("is there");
		}
		Self { folder, names, format }
	}

	fn path(&self, file: usize) -> PathBuf {
		self.folder.path().join(self.names[file])
	}

	fn spoil(&self, file: usize, change: impl FnOnce(&mut Vec<u8>)) {
		let mut content = fs::read(self.path(file)).expect("is there");
		change(&mut content);
		fs::write(self.path(file), content).expect("is written");
	}

	fn spoil_json(&self, file: usize, change: impl FnOnce(&mut Value)) {
		self.spoil(file, |content| {
			let mut value = serde_json::from_slice(content).expect("JSON");
			change(&mut value);
			*content = value.to_string().into_bytes();
		});
	}

	fn run(&self, command: &str, more: &[&str]) -> (i32, String, String) {
		let [vk, proof_file, public] =
			[KEY, PROOF, PUBLIC].map(|file| self.path(file).display().to_string());
		let mut args = vec![command, "--format", self.format, "--vk", &vk];
		args.extend(["--proof", &proof_file, "--public", &public]);
		args.extend(more);
		proof(&args)
	}

	fn verify(&self) -> (i32, String, String) {
		self.run("verify", &[])
	}

	/// The exit code is 2, nothing is printed, and the error names the file and says this.
	fn refuses(&self, file: usize, reason: &str) {
		let (code, out, error) = self.verify();
		assert_eq!((code, out.as_str()), (2, ""), "{error}");
		assert!(error.contains(self.names[file]) && error.contains(reason), "{error}");
	}
}

#[test]
fn verify_should_accept_proofs_of_others() {
	for files in [Files::bytes(), Files::snarkjs()] {
		let (code, out, error) = files.verify();
		assert_eq!((code, error.as_str()), (0, ""));
		assert!(out.starts_with("valid   true\ninputs  2\nkey     "), "{out}");
		let (code, out, _) = files.run("verify", &["--json"]);
		let value: Value = serde_json::from_str(&out).unwrap();
		assert_eq!((code, &value["valid"], &value["inputs"]), (0, &json!(true), &json!(2)));
		assert_eq!(value["key"].as_str().unwrap().len(), 64);
	}
}

#[test]
fn verify_should_say_invalid_when_the_inputs_are_others() {
	let (bytes, snarkjs) = (Files::bytes(), Files::snarkjs());
	bytes.spoil(PUBLIC, |inputs| inputs[0] ^= 1);
	snarkjs.spoil_json(PUBLIC, |inputs| inputs[0] = json!("36"));
	for files in [bytes, snarkjs] {
		let (code, out, error) = files.verify();
		assert_eq!(code, 1);
		assert!(out.starts_with("valid   false\n"), "{out}");
		assert!(error.starts_with("error: the proof does not hold"), "{error}");
		let (code, out, error) = files.run("verify", &["--json"]);
		let value: Value = serde_json::from_str(&out).unwrap();
		assert_eq!((code, &value["valid"]), (1, &json!(false)));
		assert!(!error.is_empty());
	}
}

#[test]
fn verify_should_say_malformed_when_bytes_are_wrong() {
	let spoiled = |file, change: fn(&mut Vec<u8>)| {
		let files = Files::bytes();
		files.spoil(file, change);
		files
	};
	spoiled(PROOF, |proof| proof.push(0)).refuses(PROOF, "the proof has 193 bytes");
	spoiled(PROOF, |proof| proof[0] &= 0x7f).refuses(PROOF, "the proof's point A is not the enc");
	spoiled(PROOF, |proof| {
		proof[144..].fill(0);
		proof[144] = 0xc0;
	})
	.refuses(PROOF, "the proof's point C is the identity");
	spoiled(KEY, |key| key.truncate(100)).refuses(KEY, "the key has 100 bytes");
	spoiled(KEY, |key| key.copy_within(144..240, 240)).refuses(KEY, "gamma and delta are equal");
	spoiled(PUBLIC, |inputs| inputs[32..].fill(0xff)).refuses(PUBLIC, "input 1 is not below");
	spoiled(PUBLIC, |inputs| inputs.truncate(33)).refuses(PUBLIC, "33 bytes");
	spoiled(PUBLIC, |inputs| inputs.truncate(32)).refuses(PUBLIC, "has 1 inputs");
	spoiled(PUBLIC, Vec::clear).refuses(PUBLIC, "has 0 inputs");
}

#[test]
fn verify_should_say_malformed_when_json_is_wrong() {
	let spoiled = |file, change: fn(&mut Value)| {
		let files = Files::snarkjs();
		files.spoil_json(file, change);
		files
	};
	spoiled(PROOF, |proof| proof["protocol"] = json!("plonk"))
		.refuses(PROOF, "protocol is `plonk`");
	spoiled(KEY, |key| key["curve"] = json!("bn128")).refuses(KEY, "curve is `bn128`");
	spoiled(KEY, |key| key["nPublic"] = json!(3)).refuses(KEY, "nPublic is 3");
	spoiled(KEY, |key| key["IC"] = json!([])).refuses(KEY, "IC has 0 points");
	spoiled(PROOF, |proof| proof["pi_b"][0][1] = json!("x"))
		.refuses(PROOF, "pi_b[0][1] is not a num");
	spoiled(PROOF, |proof| proof["pi_a"][1] = json!("1"))
		.refuses(PROOF, "pi_a is not on the curve");
	spoiled(PUBLIC, |inputs| inputs[1] = json!("-1")).refuses(PUBLIC, "public[1] is not a number");
	spoiled(PUBLIC, |inputs| *inputs = json!(["1"])).refuses(PUBLIC, "has 1 inputs");
	let files = Files::snarkjs();
	files.spoil(KEY, |key| key.truncate(50));
	files.refuses(KEY, "not JSON");
	files.spoil(KEY, |key| key[0] = 0xff);
	files.refuses(KEY, "not a text");
}

#[test]
fn verify_should_say_malformed_when_a_file_is_missing() {
	for file in [KEY, PROOF, PUBLIC] {
		let files = Files::bytes();
		fs::remove_file(files.path(file)).unwrap();
		files.refuses(file, "cannot read");
	}
}

#[test]
fn verify_should_take_hexadecimal_digits_for_bytes() {
	let files = Files::bytes();
	for (file, prefix) in [(KEY, ""), (PROOF, "0x"), (PUBLIC, "")] {
		files.spoil(file, |content| {
			*content = format!("{prefix}{}\n", hex::encode(&content)).into_bytes();
		});
	}
	assert_eq!(files.verify().0, 0);
}

#[test]
fn export_should_write_what_verify_reads() {
	let files = Files::bytes();
	let out = files.folder.path().join("new/folder");
	let (code, printed, error) = files.run("export", &["--out", out.to_str().unwrap()]);
	assert_eq!((code, error.as_str()), (0, ""));
	assert_eq!(printed.lines().count(), 3);
	let path = |name| out.join(name).display().to_string();
	let (key, proof_file, public) =
		(path("verification_key.json"), path("proof.json"), path("public.json"));
	let verify = ["verify", "--vk", &key, "--proof", &proof_file, "--public", &public];
	let (code, of_json, _) = proof(&verify);
	assert_eq!((code, of_json), (0, files.verify().1), "the same key and inputs");
	let value: Value = serde_json::from_slice(&fs::read(&public).unwrap()).unwrap();
	// The squares of 7 and of −5.
	assert_eq!(value, json!(["49", "25"]));
}

#[test]
fn export_should_refuse_what_verify_refuses() {
	let files = Files::bytes();
	files.spoil(PROOF, |proof| proof.truncate(191));
	let out = files.folder.path().join("out");
	let (code, printed, error) = files.run("export", &["--out", out.to_str().unwrap()]);
	assert_eq!((code, printed.as_str()), (2, ""));
	assert!(error.contains("the proof has 191 bytes"), "{error}");
	assert!(!out.exists());
}

#[test]
fn help_should_name_the_exit_codes() {
	let (code, out, _) = proof(&["--help"]);
	assert_eq!(code, 0);
	assert!(out.contains("exit code 0 if it holds, 1 if not, 2 if a file is malformed"), "{out}");
	let (code, out, _) = proof(&["verify", "--help"]);
	assert_eq!(code, 0);
	assert!(
		["--vk", "--proof", "--public", "--json", "--format"].iter().all(|it| out.contains(it))
	);
}
