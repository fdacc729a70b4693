// SPDX-License-Identifier: Apache-2.0

//! The vectors in `tests/vectors`, which the independent implementation in `tests/algebra` wrote.

use ark_ff::{BigInteger, PrimeField};
use ligature_primitives::{
	keys::{KeyError, PublicKey, SecretKey, Signature, SignatureError, verify},
	poseidon::{Domain, Word, hash, permute3, permute5, word_from_bytes},
};
use serde_json::Value;

fn vectors(file: &str) -> Value {
	let path = format!("{}/../tests/vectors/{file}", env!("CARGO_MANIFEST_DIR"));
	let text = std::fs::read_to_string(path).expect("the vectors are readable");
	serde_json::from_str(&text).expect("the vectors are JSON")
}

/// The cases of one section, of which there have to be at least so many.
fn cases<'a>(file: &'a Value, section: &str, at_least: usize) -> &'a [Value] {
	let cases = file[section].as_array().expect("a section is a list");
	assert!(cases.len() >= at_least, "{section} has {} cases", cases.len());
	cases
}

fn text(value: &Value) -> &str {
	value.as_str().expect("a field is a string")
}

fn bytes(value: &Value) -> Vec<u8> {
	hex::decode(text(value).strip_prefix("0x").expect("0x")).expect("hexadecimal digits")
}

fn bytes_32(value: &Value) -> [u8; 32] {
	bytes(value).try_into().expect("32 bytes")
}

/// Words are written as numbers, so big-endian.
fn word(value: &Value) -> Word {
	let mut bytes = bytes_32(value);
	bytes.reverse();
	word_from_bytes(&bytes).expect("a word")
}

fn words(value: &Value) -> Vec<Word> {
	value.as_array().expect("a list of words").iter().map(word).collect()
}

fn signature(case: &Value) -> Signature {
	Signature { r: bytes_32(&case["r"]), s: bytes_32(&case["s"]) }
}

fn public_key(case: &Value) -> PublicKey {
	PublicKey(bytes_32(&case["public_key"]))
}

/// The name that the vectors have for a result.
fn name<T>(result: Result<T, SignatureError>) -> &'static str {
	match result {
		Ok(_) => "Ok",
		Err(SignatureError::Key(KeyError::NotCanonical)) => "NotCanonical",
		Err(SignatureError::Key(KeyError::NotOnCurve)) => "NotOnCurve",
		Err(SignatureError::Key(KeyError::Identity)) => "Identity",
		Err(SignatureError::Key(KeyError::SmallOrder)) => "SmallOrder",
		Err(SignatureError::Key(KeyError::NotInSubgroup)) => "NotInSubgroup",
		Err(SignatureError::CommitmentNotCanonical) => "CommitmentNotCanonical",
		Err(SignatureError::CommitmentNotOnCurve) => "CommitmentNotOnCurve",
		Err(SignatureError::ScalarNotReduced) => "ScalarNotReduced",
		Err(SignatureError::Mismatch) => "Mismatch",
	}
}

#[test]
fn permutations_should_agree() {
	for case in cases(&vectors("poseidon.json"), "permutations", 20) {
		let mut state = words(&case["input"]);
		match &mut state[..] {
			[a, b, c] => {
				let mut narrow = [*a, *b, *c];
				permute3(&mut narrow);
				[*a, *b, *c] = narrow;
			},
			wide => permute5(wide.try_into().expect("three or five words")),
		}
		assert_eq!(state, words(&case["output"]));
	}
}

#[test]
fn hashes_should_agree() {
	for case in cases(&vectors("poseidon.json"), "hashes", 24) {
		let domain = Domain::new(text(&case["tag"]));
		assert!(Domain::ALL.contains(&domain), "{domain} is not in the table");
		assert_eq!(hash(domain, &words(&case["words"])), word(&case["hash"]), "{domain}");
	}
}

fn check_key(secret: &SecretKey, case: &Value) {
	assert_eq!(secret.public_key(), public_key(case));
	let point = secret.public_key().validate().expect("a derived key is valid");
	assert_eq!(&point, secret.key_point());
	assert_eq!((point.x(), point.y()), (word(&case["x"]), word(&case["y"])));
	assert_eq!(point.word(), word(&case["word"]));
}

#[test]
fn derived_keys_should_agree() {
	let file = vectors("keys.json");
	for case in cases(&file, "from_seed", 16) {
		check_key(&SecretKey::from_seed(&bytes_32(&case["seed"])), case);
	}
	for case in cases(&file, "from_l1_signature", 7) {
		check_key(&SecretKey::from_l1_signature(&bytes(&case["signature"])), case);
	}
}

#[test]
fn signatures_should_agree_and_verify() {
	let file = vectors("keys.json");
	for case in cases(&file, "signatures", 31) {
		let secret = SecretKey::from_seed(&bytes_32(&case["seed"]));
		let message = word(&case["message"]);
		let made = secret.sign(&message);
		assert_eq!(
			made,
			signature(case),
			"message {}",
			hex::encode(message.into_bigint().to_bytes_be())
		);
		assert_eq!(verify(&secret.public_key(), &message, &made), Ok(()));
	}
	for case in cases(&file, "signatures_with_chosen_nonce", 3) {
		assert_eq!(verify(&public_key(case), &word(&case["message"]), &signature(case)), Ok(()));
	}
}

#[test]
fn keys_should_be_refused_for_the_same_reason() {
	for case in cases(&vectors("keys.json"), "key_validation", 17) {
		let result = public_key(case).validate().map_err(SignatureError::from);
		assert_eq!(name(result), text(&case["result"]), "{}", case["case"]);
	}
}

#[test]
fn signatures_should_be_refused_for_the_same_reason() {
	for case in cases(&vectors("keys.json"), "refused_signatures", 27) {
		let result = verify(&public_key(case), &word(&case["message"]), &signature(case));
		assert!(result.is_err(), "{}", case["case"]);
		assert_eq!(name(result), text(&case["result"]), "{}", case["case"]);
	}
}
