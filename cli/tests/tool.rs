// SPDX-License-Identifier: Apache-2.0

//! `ligature tool`, run as a user runs it.

use assert_cmd::Command;
use ligature_primitives::{
	amount::{Amount, Fee},
	constants::SizeClass,
	ids::{AccountIndex, ChainId, NetworkId, Nonce, Owner, PoolSlot, Side, Timestamp, TokenId},
	keys::SecretKey,
	op::*,
	pool::PoolParams,
	poseidon::{Domain, Word, hash, word_to_bytes},
	pubdata::{PublicData, Register},
};

const ORDER: &str = "0x73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001";

/// Runs `ligature tool …` and returns exit code, standard output and standard error.
fn tool_with_input(args: &[&str], input: &str) -> (i32, String, String) {
	let output = Command::cargo_bin("ligature")
		.expect("the binary is built")
		.arg("tool")
		.args(args)
		.write_stdin(input)
		.output()
		.expect("it runs");
	let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
	(output.status.code().expect("no signal"), text(output.stdout), text(output.stderr))
}

fn tool(args: &[&str]) -> (i32, String, String) {
	tool_with_input(args, "")
}

/// The output of a call that succeeds.
fn ok(args: &[&str]) -> String {
	let (code, out, error) = tool(args);
	assert_eq!((code, error.as_str()), (0, ""), "{args:?}");
	out
}

/// The error of a call that fails with `code` and prints nothing else.
fn fails(code: i32, args: &[&str]) -> String {
	let (actual, out, error) = tool(args);
	assert_eq!((actual, out.as_str()), (code, ""), "{args:?}: {error}");
	error
}

fn show(word: &Word) -> String {
	let mut bytes = word_to_bytes(word);
	bytes.reverse();
	format!("0x{}", hex::encode(bytes))
}

fn amount(value: u128) -> Amount {
	Amount::new(value).expect("an amount")
}

fn account(index: u32) -> AccountIndex {
	AccountIndex::new(index).expect("an index")
}

#[test]
fn poseidon_should_print_the_published_state() {
	// The reference values of the parameter generator, for [0, 1, 2] and [0, 1, 2, 3, 4].
	let out = ok(&["poseidon", "--t", "3", "0", "1", "2"]);
	assert_eq!(
		out.lines().collect::<Vec<_>>(),
		[
			"0x28ce19420fc246a05553ad1e8c98f5c9d67166be2c18e9e4cb4b4e317dd2a78a",
			"0x51f3e312c95343a896cfd8945ea82ba956c1118ce9b9859b6ea56637b4b1ddc4",
			"0x3b2b69139b235626a0bfb56c9527ae66a7bf486ad8c11c14d1da0c69bbe0f79a",
		]
	);
	let out = ok(&["poseidon", "--t", "5", "0", "1", "2", "0x3", "0x04"]);
	assert_eq!(out.lines().count(), 5);
	assert!(
		out.starts_with("0x2a918b9c9f9bd7bb509331c81e297b5707f6fc7393dcee1b13901a0b22202e18\n")
	);
}

#[test]
fn poseidon_should_refuse_words_that_are_none() {
	let error = fails(2, &["poseidon", "--t", "3", "0", "1", ORDER]);
	assert!(error.contains("not below the order of the field"), "{error}");
	let too_long = "1".repeat(90);
	for word in ["-1", "0x", "0xg", "0x-1", "1.5", "", " 1", "+1", &too_long] {
		let error = fails(2, &["poseidon", "--t", "3", "0", "1", word]);
		assert!(error.contains("is not an integer"), "{word}: {error}");
		assert!(error.contains("help: a word is an integer, decimal or"), "{word}: {error}");
	}
	// The largest word, both ways.
	let largest = format!("{}0", &ORDER[..ORDER.len() - 1]);
	let decimal = "52435875175126190479447740508185965837690552500527637822603658699938581184512";
	assert_eq!(
		ok(&["poseidon", "--t", "3", &largest, "1", "2"]),
		ok(&["poseidon", "--t", "3", decimal, "1", "2"])
	);
}

#[test]
fn poseidon_should_refuse_another_number_of_words() {
	for (t, words) in [("3", 2), ("3", 4), ("5", 3), ("5", 6)] {
		let args = [&["poseidon", "--t", t][..], &vec!["1"; words]].concat();
		let error = fails(2, &args);
		assert!(error.contains(&format!("help: write {t} words after --t {t}")), "{error}");
	}
	assert!(fails(2, &["poseidon", "--t", "4", "1"]).contains("[possible values: 3, 5]"));
}

#[test]
fn hash_should_be_that_of_the_protocol() {
	let words: Vec<_> = (1..=7).map(Word::from).collect();
	let args: Vec<_> = (1..=7).map(|word| word.to_string()).collect();
	for length in 1..=7 {
		let args: Vec<_> = args[..length].iter().map(String::as_str).collect();
		let out = ok(&[&["hash", "log"][..], &args].concat());
		assert_eq!(out, show(&hash(Domain::JOINT_LOG, &words[..length])) + "\n");
	}
	let error = fails(2, &["hash", "nodes", "1"]);
	assert!(error.contains("help: the tags are owner, key, account,"), "{error}");
}

/// Two transfers, a pool and an addition of liquidity to it.
fn public_data() -> PublicData {
	let transfer = |from, to| -> Half {
		TransferHalf {
			token: TokenId(3),
			from: account(from),
			to,
			amount: amount(1_000_000),
			fee: Fee::new(300).expect("a fee"),
		}
		.into()
	};
	let slot = PoolSlot(0);
	let params = PoolParams {
		chain0: ChainId(1),
		token0: TokenId(0),
		chain1: ChainId(2),
		token1: TokenId(3),
		fee_bps: 30,
	};
	PublicData {
		registers: vec![Register { slot, own: amount(1 << 100), foreign: amount(20) }],
		halves: vec![
			transfer(1, Receiver::existing(account(2))),
			transfer(2, Receiver::new(account(9), Owner([7; 32]))),
			CreatePoolHalf { slot, side: Side::Zero, params }.into(),
			AddLiquidity1Half { slot, account: account(2), amount1: amount(5) }.into(),
		],
	}
}

#[test]
fn op_decode_should_explain_every_half() {
	let class = SizeClass::new(1).expect("a class");
	let data = public_data();
	let bytes = data.encode(class).expect("valid");
	let commitment = show(&data.commitment(class).expect("valid"));
	let owner = "07".repeat(32);
	let expected = [
		format!("{} bytes, size class 1: 7 of 8 slots", bytes.len()),
		"register 0  pool 0  own 1267650600228229401496703205376  foreign 20".into(),
		"slot 0-1      Transfer          token 3  from 1  to 2  amount 1000000  fee 300".into(),
		format!(
			"slot 2-3      Transfer          token 3  from 2  to 9  new_owner 0x{owner}  \
			amount 1000000  fee 300"
		),
		"slot 4        CreatePool        pool 0  side 0  chain0 1  token0 0  chain1 2  token1 3  \
		fee_bps 30"
			.into(),
		"slot 6        AddLiquidity1     pool 0  account 2  y 5".into(),
		format!("commitment {commitment}"),
	];
	let text = hex::encode(&bytes);
	let out = ok(&["op", "decode", &text]);
	assert_eq!(out.lines().collect::<Vec<_>>(), expected);
	// The same with a prefix, from standard input, and with the class given.
	assert_eq!(ok(&["op", "decode", &format!("0x{text}"), "--class", "1"]), out);
	assert_eq!(tool_with_input(&["op", "decode", "-"], &format!("{text}\n")), (0, out, "".into()));
	// Another class has another commitment.
	assert!(!ok(&["op", "decode", &text, "--class", "2"]).contains(&commitment));
}

#[test]
fn op_decode_should_print_json() {
	let class = SizeClass::new(1).expect("a class");
	let bytes = public_data().encode(class).expect("valid");
	let out = ok(&["op", "decode", "--json", &hex::encode(&bytes)]);
	let value: serde_json::Value = serde_json::from_str(&out).expect("JSON");
	assert_eq!(value["bytes"], bytes.len());
	assert_eq!(value["class"], 1);
	assert_eq!(value["slots_used"], 7);
	assert_eq!(value["registers"][0]["own"], "1267650600228229401496703205376");
	assert_eq!(value["halves"][2]["half"], "CreatePool");
	assert_eq!(value["halves"][2]["fields"]["fee_bps"], 30);
	assert_eq!(value["halves"][3]["slot"], 6);
	assert_eq!(value["halves"].as_array().expect("a list").len(), 4);
}

#[test]
fn op_decode_should_name_refusal_number_and_byte() {
	let class = SizeClass::new(1).expect("a class");
	let data = public_data();
	let bytes = data.encode(class).expect("valid");
	// Registers take 19 bytes and the first transfer 12: the second begins at byte 31.
	let mut unknown = bytes.clone();
	unknown[31] = 0x83;
	let error = fails(2, &["op", "decode", &hex::encode(&unknown)]);
	assert!(error.contains("refused at byte 31: UnknownHead (2): "), "{error}");
	let error = fails(2, &["op", "decode", &hex::encode(&bytes[..bytes.len() - 1])]);
	assert!(error.contains("UnexpectedEnd (1)"), "{error}");
	assert!(error.contains("help: look whether the bytes were cut off"), "{error}");
	let mut many = data;
	many.halves.extend(many.halves.clone());
	let text = hex::encode(many.encode(SizeClass::new(2).expect("a class")).expect("valid"));
	let error = fails(2, &["op", "decode", &text, "--class", "1"]);
	assert!(error.contains("BlockFull (131)") && error.contains("--class"), "{error}");
	assert!(ok(&["op", "decode", &text]).contains("size class 2"));
	assert!(fails(2, &["op", "decode", "0g"]).contains("the character 'g' at digit 1"));
	assert!(fails(2, &["op", "decode", "000"]).contains("odd number of digits: 3"));
	fails(2, &["op", "decode", "00", "--class", "5"]);
}

fn swap() -> Transaction {
	let body = SwapBody {
		params: public_params(),
		direction: Side::One,
		account: account(77),
		nonce: Nonce(5),
		amount: amount(1_000),
		min_out: amount(990),
		fee: Fee::new(3).expect("a fee"),
	};
	let expiry = Timestamp::new(1_900_000_000).expect("a time");
	SignedTransaction::sign(NetworkId(9), expiry, body, &SecretKey::from_seed(&[7; 32])).into()
}

fn public_params() -> PoolParams {
	PoolParams {
		chain0: ChainId(1),
		token0: TokenId(0),
		chain1: ChainId(2),
		token1: TokenId(3),
		fee_bps: 30,
	}
}

#[test]
fn op_tx_should_explain_and_verify() {
	let transaction = swap();
	let out = ok(&["op", "tx", &hex::encode(transaction.encode())]);
	let fields: Vec<_> = out.lines().map(|line| line.split_whitespace().collect()).collect();
	let has = |name: &str, value: &str| fields.contains(&vec![name, value]);
	assert!(has("kind", "Swap") && has("network", "9") && has("expiry", "1900000000"));
	assert!(has("direction", "1") && has("account", "77") && has("nonce", "5"));
	assert!(has("amount", "1000") && has("min_out", "990") && has("fee", "3"));
	assert!(has("token1", "3") && has("fee_bps", "30"));
	assert!(has("hash", &show(&transaction.hash())), "{out}");
	assert!(has("key", &transaction.key().to_string()));
	assert!(has("signature", "valid"));
	let json = ok(&["op", "tx", "--json", &hex::encode(transaction.encode())]);
	let value: serde_json::Value = serde_json::from_str(&json).expect("JSON");
	assert_eq!((&value["amount"], &value["account"]), (&"1000".into(), &77.into()));
}

#[test]
fn op_tx_should_explain_but_fail_when_the_signature_is_bad() {
	let mut bytes = swap().encode();
	// The lowest byte of the fee, before key and signature.
	let at = bytes.len() - 97;
	bytes[at] = 4;
	let (code, out, error) = tool(&["op", "tx", &hex::encode(&bytes)]);
	assert_eq!(code, 1);
	assert!(out.lines().any(|line| line.split_whitespace().eq(["signature", "BadSignature"])));
	assert!(error.contains("BadSignature (71)"), "{error}");
}

#[test]
fn op_tx_should_refuse_malformed_bytes() {
	let bytes = swap().encode();
	let error = fails(2, &["op", "tx", &hex::encode(&bytes[1..])]);
	assert!(error.contains("WrongVersion (61)"), "{error}");
	let longer = [&bytes[..], &[0]].concat();
	assert!(fails(2, &["op", "tx", &hex::encode(longer)]).contains("TrailingBytes (17)"));
	let mut kind = bytes;
	kind[1] = 1;
	assert!(fails(2, &["op", "tx", &hex::encode(kind)]).contains("UnknownKind (18)"));
}

#[test]
fn key_should_make_sign_and_verify() {
	let seed = "07".repeat(32);
	let secret = SecretKey::from_seed(&[7; 32]);
	let key = secret.public_key().to_string();
	let out = ok(&["key", "new", "--seed", &seed]);
	assert!(out.starts_with(&format!("public key  {key}\n")), "{out}");
	let word = secret.key_point().word();
	assert!(out.ends_with(&format!("key word    {}\n", show(&word))), "{out}");
	assert_eq!(tool_with_input(&["key", "new", "--seed", "-"], &seed).1, out);
	assert_eq!(ok(&["key", "show", &key]), out);

	let signature = ok(&["key", "sign", "--seed", &seed, "42"]);
	assert_eq!(signature.trim(), secret.sign(&Word::from(42)).to_string());
	assert_eq!(ok(&["key", "verify", &key, "0x2a", signature.trim()]), "valid\n");
	let error = fails(1, &["key", "verify", &key, "43", signature.trim()]);
	assert!(error.contains("BadSignature (71)"), "{error}");
	let short = fails(2, &["key", "verify", &key, "43", &signature.trim()[..66]]);
	assert!(short.contains("the signature has 32 bytes") && short.contains("it has 64 bytes"));
}

#[test]
fn new_keys_should_differ_and_come_from_their_seeds() {
	let (first, second) = (ok(&["key", "new"]), ok(&["key", "new"]));
	assert_ne!(first, second);
	let (seed, rest) = first.split_once('\n').expect("lines");
	let seed = seed.rsplit(' ').next().expect("a value");
	assert_eq!(ok(&["key", "new", "--seed", seed]), rest);
}

#[test]
fn key_should_come_from_an_l1_signature() {
	assert_eq!(ok(&["key", "l1-message", "--network", "12"]), "Ligature L2 key, network 12\n");
	let signature = "0a".repeat(64);
	let secret = SecretKey::from_l1_signature(&[10; 64]);
	let out = ok(&["key", "from-l1-signature", &signature]);
	assert!(out.contains(&secret.public_key().to_string()), "{out}");
	let signed = ok(&["key", "sign", "--l1-signature", &signature, "1"]);
	assert_eq!(signed.trim(), secret.sign(&Word::from(1)).to_string());
	let error = fails(2, &["key", "from-l1-signature", "0a"]);
	assert!(error.contains("has 1 bytes") && error.contains("64 bytes"), "{error}");
}

#[test]
fn key_should_refuse_what_is_no_key() {
	let error = fails(2, &["key", "show", &"ff".repeat(32)]);
	assert!(error.contains("KeyNotCanonical (46)"), "{error}");
	let identity = format!("01{}", "00".repeat(31));
	assert!(fails(2, &["key", "show", &identity]).contains("KeyIsIdentity (48)"));
	assert!(fails(2, &["key", "show", "0x00"]).contains("64 hexadecimal digits"));
	assert!(fails(2, &["key", "new", "--seed", "00"]).contains("the seed has 1 bytes"));
	// One secret, and only one.
	let seed = "07".repeat(32);
	fails(2, &["key", "sign", "1"]);
	fails(2, &["key", "sign", "--seed", &seed, "--l1-signature", &seed, "1"]);
}
