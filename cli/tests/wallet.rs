// SPDX-License-Identifier: Apache-2.0

//! `ligature wallet` and what needs no network, run as a user runs it.

use std::{fs, os::unix::fs::PermissionsExt, path::Path};

use assert_cmd::Command;
use serde_json::Value;
use tempfile::TempDir;

fn home() -> TempDir {
	tempfile::tempdir().expect("a folder")
}

fn command(home: &TempDir, args: &[&str]) -> Command {
	let mut command = Command::cargo_bin("ligature").expect("the binary is built");
	for variable in ["XDG_CONFIG_HOME", "XDG_CACHE_HOME", "LIGATURE_OPERATOR", "LIGATURE_WALLET"] {
		command.env_remove(variable);
	}
	command.env_remove("LIGATURE_WALLET_PASSWORD").env("HOME", home.path());
	command.env("LIGATURE_DEVNET", home.path().join("devnet")).args(args);
	command
}

/// Exit code, standard output, standard error.
fn run(mut command: Command) -> (i32, String, String) {
	let output = command.output().expect("it runs");
	let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
	(output.status.code().expect("no signal"), text(output.stdout), text(output.stderr))
}

fn ok(command: Command) -> String {
	let (code, out, error) = run(command);
	assert_eq!((code, error.as_str()), (0, ""), "{out}");
	out
}

fn fails(code: i32, command: Command) -> String {
	let (actual, out, error) = run(command);
	assert_eq!((actual, out.as_str()), (code, ""), "{error}");
	error
}

fn json(text: &str) -> Value {
	serde_json::from_str(text).expect("JSON")
}

fn file(home: &TempDir, name: &str) -> std::path::PathBuf {
	home.path().join(".config/ligature/wallets").join(format!("{name}.json"))
}

#[test]
fn a_new_wallet_should_be_kept_for_its_owner_alone_and_come_back_from_its_phrase() {
	let home = home();
	let made = json(&ok(command(&home, &["wallet", "new", "--no-password", "--json"])));
	let path = file(&home, "default");
	assert_eq!(made["file"], path.display().to_string());
	assert_eq!(made["locked"], false);
	let mode = fs::metadata(&path).expect("it is there").permissions().mode();
	assert_eq!(mode & 0o777, 0o600);
	let phrase = made["phrase"].as_str().expect("a phrase");
	assert_eq!(phrase.split(' ').count(), 12);

	let mut import = command(&home, &["wallet", "import", "again", "--no-password", "--json"]);
	import.write_stdin(phrase.replace(' ', "\n "));
	let again = json(&ok(import));
	for key in ["address", "owner", "key"] {
		assert_eq!(again[key], made[key], "{key}");
	}
	assert!(again.get("phrase").is_none());
	let shown = json(&ok(command(&home, &["wallet", "address", "--json"])));
	assert_eq!(shown["address"], made["address"]);
	let listed = json(&ok(command(&home, &["wallet", "list", "--json"])));
	let names: Vec<_> = listed["wallets"].as_array().expect("a list").iter().collect();
	assert_eq!(names.len(), 2);
	assert_eq!((&names[0]["wallet"], &names[1]["wallet"]), (&"again".into(), &"default".into()));
}

#[test]
fn a_wallet_should_not_be_overwritten() {
	let home = home();
	ok(command(&home, &["wallet", "new", "--no-password"]));
	let before = fs::read(file(&home, "default")).expect("it is there");
	let error = fails(1, command(&home, &["wallet", "new", "--no-password"]));
	assert!(
		error.contains("there is a wallet already") && error.contains("never overwritten"),
		"{error}"
	);
	let mut import = command(&home, &["wallet", "import", "default", "--no-password"]);
	import.write_stdin("//Alice");
	assert!(fails(1, import).contains("there is a wallet already"));
	assert_eq!(fs::read(file(&home, "default")).expect("it is there"), before);
}

#[test]
fn a_wallet_should_have_a_password_unless_none_is_wanted() {
	let home = home();
	let error = fails(2, command(&home, &["wallet", "new"]));
	assert!(error.contains("no terminal to ask") && error.contains("--no-password"), "{error}");
	assert!(!file(&home, "default").exists());
	let mut new = command(&home, &["wallet", "new", "--json"]);
	new.env("LIGATURE_WALLET_PASSWORD", "correct horse");
	let made = json(&ok(new));
	assert_eq!(made["locked"], true);
	let text = fs::read_to_string(file(&home, "default")).expect("it is there");
	for word in made["phrase"].as_str().expect("a phrase").split(' ').filter(|word| word.len() > 4)
	{
		assert!(!text.contains(word), "{word}");
	}
	let mut empty = command(&home, &["wallet", "new", "other"]);
	empty.env("LIGATURE_WALLET_PASSWORD", "");
	assert!(fails(2, empty).contains("the password is empty"));

	// What signs needs it, before anybody is asked anything else.
	let transfer = ["transfer", "1", "USDT", "--to", "//Bob", "--operator", "http://127.0.0.1:9"];
	let error = fails(2, command(&home, &transfer));
	assert!(error.contains("the wallet has a password"), "{error}");
	let mut wrong = command(&home, &transfer);
	wrong.env("LIGATURE_WALLET_PASSWORD", "correct hose");
	assert!(fails(1, wrong).contains("the password does not open the wallet"));
	let secret = home.path().join("password");
	fs::write(&secret, "correct horse\n").expect("it can be written");
	let place = secret.display().to_string();
	let args = [&transfer[..], &["--password-file", &place]].concat();
	// The wallet opens: the operator is what is missing.
	let error = fails(3, command(&home, &args));
	assert!(error.contains("the operator at http://127.0.0.1:9 does not answer"), "{error}");
}

#[test]
fn a_damaged_wallet_should_be_named() {
	let home = home();
	ok(command(&home, &["wallet", "new", "--no-password"]));
	let path = file(&home, "default");
	let text = fs::read_to_string(&path).expect("it is there");
	fs::write(&path, &text[..text.len() / 2]).expect("it can be written");
	let error = fails(1, command(&home, &["wallet", "address"]));
	assert!(error.contains("is damaged") && error.contains("wallet import"), "{error}");
	let listed = ok(command(&home, &["wallet", "list"]));
	assert!(listed.contains("default") && listed.contains("is damaged"), "{listed}");
	fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).expect("it is ours");
	fs::write(&path, &text).expect("it can be written");
	let error = fails(1, command(&home, &["wallet", "address"]));
	assert!(error.contains("others can read") && error.contains("chmod 600"), "{error}");
}

#[test]
fn a_bad_phrase_should_be_refused_without_being_repeated() {
	let home = home();
	for (phrase, what) in [
		("", "there is no phrase"),
		("legal winner thank", "the phrase has 3 words"),
		("zzz winner thank year wave sausage worth useful legal winner thank yellow", "word 1 of"),
		("legal winner thank year wave sausage worth useful legal winner thank thank", "checksum"),
	] {
		let mut import = command(&home, &["wallet", "import", "--no-password"]);
		import.write_stdin(phrase);
		let error = fails(2, import);
		assert!(error.contains(what) && !error.contains("winner"), "{phrase}: {error}");
	}
	assert!(!file(&home, "default").exists());
}

#[test]
fn a_wallet_should_be_found_by_name_file_and_environment() {
	let home = home();
	ok(command(&home, &["wallet", "new", "main", "--no-password"]));
	let place = home.path().join("elsewhere.json");
	let place = place.to_str().expect("UTF-8");
	ok(command(&home, &["wallet", "new", place, "--no-password"]));
	assert!(Path::new(place).exists());
	let address = |args: &[&str]| ok(command(&home, &[&["wallet", "address"], args].concat()));
	let (main, other) = (address(&["--wallet", "main"]), address(&["--wallet", place]));
	assert_ne!(main, other);
	let mut by_variable = command(&home, &["wallet", "address"]);
	by_variable.env("LIGATURE_WALLET", "main");
	assert_eq!(ok(by_variable), main);
	// What is written wins.
	let mut both = command(&home, &["wallet", "address", "--wallet", place]);
	both.env("LIGATURE_WALLET", "main");
	assert_eq!(ok(both), other);
	let mut suri = command(&home, &["wallet", "address", "--suri", "//Alice"]);
	suri.env("LIGATURE_WALLET", "main");
	assert!(ok(suri).contains("5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY"));
	let error = fails(1, command(&home, &["wallet", "address"]));
	assert!(error.contains("there is no wallet") && error.contains("wallet new"), "{error}");
	assert!(
		fails(2, command(&home, &["wallet", "address", "--wallet", "a b"]))
			.contains("not the name")
	);
	fails(2, command(&home, &["wallet", "address", "--wallet", "main", "--suri", "//Alice"]));
}

#[test]
fn nobody_there_should_have_an_exit_code_of_its_own() {
	let home = home();
	let error = fails(3, command(&home, &["pools", "--operator", "ws://127.0.0.1:9"]));
	assert!(error.contains("does not answer") && error.contains("LIGATURE_OPERATOR"), "{error}");
	// The devnet's file says where to ask, and the environment stands above it.
	let folder = home.path().join("devnet");
	fs::create_dir(&folder).expect("it can be made");
	let state = r#"{"operator":"http://127.0.0.1:7","chains":[]}"#;
	fs::write(folder.join("endpoints.json"), state).expect("it can be written");
	assert!(fails(3, command(&home, &["blocks"])).contains("http://127.0.0.1:7 "));
	let mut variable = command(&home, &["blocks"]);
	variable.env("LIGATURE_OPERATOR", "http://127.0.0.1:9");
	assert!(fails(3, variable).contains("http://127.0.0.1:9 "));
	// For machines the same stands on standard output.
	let (code, out, error) = run(command(&home, &["blocks", "--json"]));
	assert_eq!((code, json(&out)["error"]["kind"].as_str()), (3, Some("unreachable")));
	assert!(error.starts_with("error: "), "{error}");
	assert!(
		fails(2, command(&home, &["pools", "--operator", "localhost"])).contains("not the URL")
	);
}

#[test]
fn what_is_malformed_should_be_said_before_anybody_is_asked() {
	let home = home();
	let suri = ["--suri", "//Alice", "--operator", "http://127.0.0.1:9"];
	for (args, what) in [
		(vec!["transfer", "1", "USDT", "--to", "5Grw"], "is not an address"),
		(vec!["withdraw", "1", "USDT", "--to", "0x00"], "is not an address"),
		(vec!["swap", "1", "USDT", "--for", "WETH", "--slippage", "101%"], "not such a percentage"),
		(
			vec!["swap", "1", "USDT", "--for", "WETH", "--slippage", "1%", "--min-out", "1"],
			"cannot be used",
		),
		(vec!["transfer", "1", "USDT", "--to", "//Bob", "--watch", "--no-wait"], "cannot be used"),
		(vec!["status", "0x12"], "invalid value"),
		(vec!["blocks", "0"], "invalid value"),
		(vec!["key", "set", "--account", "1"], "--chain"),
		(vec!["operator", "run"], "--config <FILE>|--example"),
		(vec!["prover", "keys", "--class", "4"], "4 is not in 1..=3"),
	] {
		let wanted: &[&str] = match args[0] {
			"status" | "blocks" => &suri[2..],
			"operator" | "prover" => &[],
			_ => &suri,
		};
		let error = fails(2, command(&home, &[&args[..], wanted].concat()));
		assert!(error.contains(what), "{args:?}: {error}");
	}
}

#[test]
fn services_should_print_examples_and_refuse_bad_configurations() {
	let home = home();
	for service in ["operator", "oracle"] {
		let example = ok(command(&home, &[service, "run", "--example"]));
		assert!(example.contains("chains = ["), "{example}");
		let path = home.path().join(format!("{service}.toml"));
		fs::write(&path, example.replace("chains = [", "chain = [")).expect("it can be written");
		let place = path.to_str().expect("UTF-8");
		let error = fails(2, command(&home, &[service, "run", "--config", place]));
		assert!(error.contains(place) && error.contains("--example"), "{error}");
		let error = fails(2, command(&home, &[service, "run", "--config", "/nowhere.toml"]));
		assert!(error.contains("/nowhere.toml"), "{error}");
	}
}

#[test]
fn members_keys_should_be_made_once_and_shown() {
	let home = home();
	let path = home.path().join("member.key");
	let place = path.to_str().expect("UTF-8");
	let made = json(&ok(command(&home, &["oracle", "key", "new", place, "--json"])));
	let mode = fs::metadata(&path).expect("it is there").permissions().mode();
	assert_eq!(mode & 0o077, 0);
	let shown = json(&ok(command(&home, &["oracle", "key", "show", place, "--json"])));
	assert_eq!(shown["member"], made["member"]);
	let args = ["oracle", "key", "show", place, "--network", "1", "--account", "//Alice", "--json"];
	let signed = json(&ok(command(&home, &args)));
	assert_eq!(signed["ownership"].as_str().map(str::len), Some(2 + 128));
	let error = fails(1, command(&home, &["oracle", "key", "new", place]));
	assert!(error.contains(place), "{error}");
	fails(2, command(&home, &["oracle", "key", "show", place, "--network", "1"]));
	// The key that the development chains name for the first member.
	let alice = ok(command(&home, &["oracle", "key", "show", "--development", "//Alice"]));
	assert!(
		alice.contains("0x88dc3417d5058ec4b4503e0c12ea1a0a89be200fe98922423d4334014fa6b0ee"),
		"{alice}"
	);
}

#[test]
fn shells_should_get_completions() {
	let home = home();
	for (shell, what) in
		[("bash", "complete -F"), ("zsh", "#compdef ligature"), ("fish", "complete -c ligature")]
	{
		let text = ok(command(&home, &["completions", shell]));
		assert!(text.contains(what) && text.contains("full-exit"), "{shell}");
	}
	fails(2, command(&home, &["completions", "csh"]));
}
