// SPDX-License-Identifier: Apache-2.0

use super::*;
use ligature_service_kit::{load_config, parse_config};
use std::{fs, os::unix::fs::PermissionsExt};

const LEAST: &str = "data = \"d\"\nchains = [\"ws://a\", \"ws://b\"]\n[key]\nsuri = \"//Alice\"\n";

fn parse(text: &str) -> Config {
	parse_config(text).expect("it is a configuration")
}

fn refused(text: &str) -> String {
	parse(text).check().expect_err("it is refused").to_string()
}

#[test]
fn the_example_should_be_taken_and_hold_the_defaults() {
	let example = parse(Config::EXAMPLE);
	example.check().expect("it is in order");
	let mut least = parse(LEAST);
	// What has no default.
	least.data.clone_from(&example.data);
	least.chains.clone_from(&example.chains);
	least.metrics.clone_from(&example.metrics);
	assert_eq!(format!("{example:?}"), format!("{least:?}"));
}

#[test]
fn every_key_should_stand_in_the_example_with_a_comment() {
	// What is optional stands there as a comment.
	let lines: Vec<_> = Config::EXAMPLE.lines().collect();
	for key in ["file = ", "fee_owner = ", "[[fees.token]]"] {
		assert!(lines.iter().any(|line| line.starts_with(&format!("# {key}"))), "{key}");
	}
	for (place, line) in lines.iter().enumerate() {
		let key = line.chars().next().is_some_and(|first| first.is_ascii_lowercase());
		if key {
			let mut before = lines[..place].iter().rev();
			let comment = before.find(|line| !line.contains(" = ") || line.starts_with('#'));
			assert!(comment.is_some_and(|line| line.starts_with('#')), "{line} has no comment");
		}
	}
}

#[test]
fn an_example_that_is_completed_should_be_taken() {
	let text = Config::EXAMPLE.replace("# fee_owner", "fee_owner").replace(
		"# [[fees.token]]\n# chain = 1\n# token = 0\n# least",
		"[[fees.token]]\nchain = 1\ntoken = 0\nleast",
	);
	let config = parse(&text);
	config.check().expect("it is in order");
	let floors = config.fees.floors().expect("they are fees");
	assert_eq!(floors.least(ChainId(1), TokenId(0)).get(), 1_000);
	assert_eq!(floors.least(ChainId(2), TokenId(0)).get(), 0);
	let signer = config.key.signer().expect("a key");
	// The owner in the example is the account of its key.
	assert_eq!(config.key.fee_owner(&signer), Owner(signer.account()));
	assert!(config.key.fee_owner.is_some());
}

#[test]
fn unknown_and_missing_keys_should_be_refused() {
	for (text, named) in [
		(LEAST.replace("data", "date"), "date"),
		(LEAST.replace("data = \"d\"\n", ""), "data"),
		(LEAST.replace("[key]", "[block]\nsize = 2\n[key]"), "size"),
		(LEAST.replace("suri", "surl"), "surl"),
	] {
		let mistake = parse_config::<Config>(&text).expect_err("it is refused");
		assert!(mistake.to_string().contains(named), "{mistake}");
	}
}

#[test]
fn values_out_of_range_should_be_refused_by_name() {
	for (change, named) in [
		("[block]\nclass = 4", "block.class"),
		("[block]\nclass = 0", "block.class"),
		("[block]\njoin_class = 9", "block.join_class"),
		("[block]\nmax_open = 0", "block.max_open"),
		("[block]\nmax_open = 65", "block.max_open"),
		("[block]\nundo = 2", "block.undo"),
		("[block]\nsnapshot_every = 0", "block.snapshot_every"),
		("[settlement]\nresend_after = 0", "settlement.resend_after"),
		("[settlement]\nretry_after = 0", "settlement.retry_after"),
		("[settlement]\npipeline = 0", "settlement.pipeline"),
		("[settlement]\ntip_start = \"0\"", "settlement.tip_start"),
		("[settlement]\ntip_limit = \"281474976710657\"", "settlement.tip_limit"),
		("[settlement]\ntip_start = \"9\"\ntip_limit = \"8\"", "settlement.tip_start"),
		("[mempool]\ncapacity = 0", "mempool.capacity"),
		("[mempool]\nper_account = 0", "mempool.per_account"),
		("[admin]\nlisten = \"0.0.0.0:9701\"", "admin.listen"),
		("[fees]\ndefault = \"1208925819614629174706176\"", "fees.default"),
		(
			"[[fees.token]]\nchain = 1\ntoken = 0\nleast = \"1208925819614629174706176\"",
			"fees.token",
		),
	] {
		let error = refused(&format!("{LEAST}{change}\n"));
		assert!(error.starts_with(&format!("`{named}")), "{error}");
	}
	let one = LEAST.replace("\"ws://a\", ", "");
	assert!(refused(&one).starts_with("`chains`"), "a network has two chains at least");
	let token = "[[fees.token]]\nchain = 1\ntoken = 0\nleast = \"1\"\n";
	assert!(refused(&format!("{LEAST}{token}{token}")).contains("twice"));
}

#[test]
fn a_tip_limit_of_0_should_turn_tips_off() {
	let tips = |keys: &str| {
		let config = parse(&format!("{LEAST}[settlement]\n{keys}\n"));
		config.check().expect("it is in order");
		config.settlement.limits().tips
	};
	assert_eq!(tips("tip_limit = \"0\"").after(0), 0);
	let all = tips("tip_start = \"20\"\ntip_limit = \"281474976710656\"");
	assert_eq!((all.after(0), all.after(20), all.limit), (20, 40, 1 << 48));
	let one = tips("tip_start = \"8\"\ntip_limit = \"8\"");
	assert_eq!((one.after(0), one.after(8)), (8, 8));
	let default = tips("");
	assert_eq!((default.start, default.limit), (1_000_000_000, 1_000_000_000_000));
}

#[test]
fn a_key_file_should_be_read_only_when_nobody_else_can() {
	let folder = tempfile::tempdir().expect("a folder");
	let path = folder.path().join("operator.key");
	fs::write(&path, "//Bob\n").expect("writable");
	let key = KeyConfig { suri: None, file: Some(path.clone()), fee_owner: None };
	let mode = |mode| fs::set_permissions(&path, fs::Permissions::from_mode(mode));
	mode(0o640).expect("our own file");
	let error = key.signer().expect_err("the group may read it");
	assert!(
		matches!(error, ConfigError::KeyFile(SecretFileError::Exposed { mode: 0o640, .. })),
		"{error}"
	);
	assert!(error.to_string().contains("chmod 600"), "{error}");
	mode(0o600).expect("our own file");
	let bob = key.signer().expect("a key");
	assert_eq!(bob.account(), Signer::from_suri("//Bob").expect("a key").account());

	let missing = KeyConfig { file: Some(folder.path().join("none")), ..key.clone() };
	assert!(matches!(missing.signer(), Err(ConfigError::KeyFile(_))));
	let both = KeyConfig { suri: Some("//Bob".into()), ..key };
	assert!(matches!(both.signer(), Err(ConfigError::OneKey)));
	let none = KeyConfig { suri: None, file: None, fee_owner: None };
	assert!(matches!(none.signer(), Err(ConfigError::OneKey)));
	let bad = KeyConfig { suri: Some("no secret".into()), ..none };
	assert!(matches!(bad.signer(), Err(ConfigError::Secret(_))));
}

#[test]
fn a_secret_should_not_be_shown() {
	let config = parse(&LEAST.replace("//Alice", "//Secret"));
	assert!(!format!("{config:?}").contains("Secret"));
}

#[test]
fn a_mistake_should_name_its_line() {
	let folder = tempfile::tempdir().expect("a folder");
	let path = folder.path().join("operator.toml");
	fs::write(&path, format!("{LEAST}[block]\nmax_wait = \"soon\"\n")).expect("writable");
	let error = load_config::<Config>(&path).expect_err("no duration").to_string();
	assert!(error.contains("line 6") && error.contains("block.max_wait"), "{error}");
}
