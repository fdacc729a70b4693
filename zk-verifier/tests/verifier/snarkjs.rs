// SPDX-License-Identifier: Apache-2.0

//! The JSON of snarkjs: what comes back, and every refusal.

use ark_bls12_381::{Fq, Fr};
use ark_ff::PrimeField;
use ligature_zk_verifier::{
	KeyError, KeyPoint, PointError, ProofError, ProofPoint,
	snarkjs::{
		SnarkjsError, read_inputs, read_key, read_proof, write_inputs, write_key, write_proof,
	},
	verify,
};
use serde_json::{Value, json};

use crate::support::{Plain, Statement};

/// The files of a proof of two inputs.
fn files() -> [Value; 3] {
	let mut statement = Statement::new(2, 60);
	let proven = statement.prove();
	let key = statement.key::<Plain>();
	[write_key(key.key()), write_proof(&proven.proof()), write_inputs(&proven.inputs)]
}

fn changed(file: &Value, change: impl FnOnce(&mut Value)) -> String {
	let mut file = file.clone();
	change(&mut file);
	file.to_string()
}

fn shape(at: &str, expected: &str) -> SnarkjsError {
	SnarkjsError::Shape { at: at.into(), expected: expected.into() }
}

#[test]
fn files_should_come_back_and_hold() {
	for inputs in [0, 1, 2, 5] {
		let mut statement = Statement::new(inputs, 61);
		let proven = statement.prove();
		let key = statement.key::<Plain>();
		let read = read_key(&write_key(key.key()).to_string()).unwrap();
		assert_eq!(&read, key.key());
		let proof = read_proof(&write_proof(&proven.proof()).to_string()).unwrap();
		assert_eq!(proof, proven.proof());
		let inputs = read_inputs(&write_inputs(&proven.inputs).to_string()).unwrap();
		assert_eq!(inputs, proven.inputs);
		assert_eq!(verify(&read.prepare(), &inputs, &proof), Ok(()));
	}
}

#[test]
fn files_should_have_the_fields_of_snarkjs() {
	let [key, proof, public] = files();
	assert_eq!((&key["protocol"], &key["curve"]), (&json!("groth16"), &json!("bls12381")));
	assert_eq!((&proof["protocol"], &proof["curve"]), (&json!("groth16"), &json!("bls12381")));
	assert_eq!((&key["nPublic"], key["IC"].as_array().unwrap().len()), (&json!(2), 3));
	assert_eq!(key["vk_alpha_1"][2], json!("1"));
	assert_eq!(proof["pi_b"][2], json!(["1", "0"]));
	assert_eq!(public.as_array().unwrap().len(), 2);
	assert!(public[0].as_str().unwrap().bytes().all(|byte| byte.is_ascii_digit()));
	let zero = write_inputs(&[Fr::from(0u64), -Fr::from(1u64)]);
	assert_eq!(zero[0], json!("0"));
	assert_eq!(
		zero[1],
		json!("52435875175126190479447740508185965837690552500527637822603658699938581184512")
	);
}

#[test]
fn files_should_be_refused_when_they_are_not_json() {
	for text in ["", "{", "groth16", "{\"a\": 1,}", "[\"1\"] x"] {
		assert!(matches!(read_key(text), Err(SnarkjsError::Json(_))), "{text}");
		assert!(matches!(read_proof(text), Err(SnarkjsError::Json(_))), "{text}");
		assert!(matches!(read_inputs(text), Err(SnarkjsError::Json(_))), "{text}");
	}
}

#[test]
fn files_should_be_refused_when_a_field_is_missing() {
	let [key, proof, _] = files();
	for name in key.as_object().unwrap().keys() {
		let text = changed(&key, |key| {
			key.as_object_mut().unwrap().remove(name);
		});
		assert_eq!(read_key(&text), Err(shape(name, "there")));
	}
	for name in proof.as_object().unwrap().keys() {
		let text = changed(&proof, |proof| {
			proof.as_object_mut().unwrap().remove(name);
		});
		assert_eq!(read_proof(&text), Err(shape(name, "there")));
	}
	assert_eq!(read_key("[]"), Err(shape("protocol", "there")));
	assert_eq!(read_proof("null"), Err(shape("protocol", "there")));
}

#[test]
fn files_should_be_refused_when_something_is_of_another_kind() {
	let [key, proof, _] = files();
	let key = |at: &str, value: Value| read_key(&changed(&key, |key| key[at] = value)).unwrap_err();
	assert_eq!(key("protocol", json!(16)), shape("protocol", "a text"));
	assert_eq!(key("curve", json!([])), shape("curve", "a text"));
	assert_eq!(key("nPublic", json!("2")), shape("nPublic", "an integer"));
	assert_eq!(key("nPublic", json!(-1)), shape("nPublic", "an integer"));
	assert_eq!(key("nPublic", json!(2.5)), shape("nPublic", "an integer"));
	assert_eq!(key("IC", json!({})), shape("IC", "a list"));
	assert_eq!(key("vk_alpha_1", json!("1")), shape("vk_alpha_1", "a list"));
	let proof = |change: fn(&mut Value)| read_proof(&changed(&proof, change)).unwrap_err();
	assert_eq!(proof(|p| p["pi_a"] = json!(["1", "2"])), shape("pi_a", "a list of 3"));
	assert_eq!(proof(|p| p["pi_b"][1] = json!(["1"])), shape("pi_b[1]", "a list of 2"));
	assert_eq!(proof(|p| p["pi_b"][0] = json!("1")), shape("pi_b[0]", "a list"));
	assert_eq!(proof(|p| p["pi_c"][0] = json!(1)), shape("pi_c[0]", "a text"));
	assert_eq!(read_inputs("{}"), Err(shape("public", "a list")));
	assert_eq!(read_inputs("[\"1\", 2]"), Err(shape("public[1]", "a text")));
}

#[test]
fn files_should_be_refused_when_of_another_system() {
	let [key, proof, _] = files();
	for (at, found, expected) in [
		("protocol", "plonk", "groth16"),
		("protocol", "GROTH16", "groth16"),
		("curve", "bn128", "bls12381"),
		("curve", "bls12377", "bls12381"),
		("curve", "", "bls12381"),
	] {
		let error = Err(SnarkjsError::Unsupported { at: at.into(), found: found.into(), expected });
		assert_eq!(read_key(&changed(&key, |key| key[at] = json!(found))), error.clone());
		assert_eq!(
			read_proof(&changed(&proof, |proof| proof[at] = json!(found))).map(|_| ()),
			error.map(|_| ())
		);
	}
	for spelling in ["BLS12381", "bls12-381", "BLS12_381"] {
		assert!(read_key(&changed(&key, |key| key["curve"] = json!(spelling))).is_ok());
	}
}

#[test]
fn numbers_should_be_refused_when_not_canonical() {
	let inputs = |text: &str| read_inputs(&json!([text]).to_string());
	for text in ["", " 1", "1 ", "+1", "-1", "0x10", "1e3", "1.0", "01", "00", "1_000", "\u{661}"] {
		let at = "public[0]".into();
		assert_eq!(inputs(text), Err(SnarkjsError::NotDecimal { at }), "{text}");
	}
	let order = Fr::MODULUS.to_string();
	let long = format!("1{}", "0".repeat(100_000));
	for text in [&order, &Fq::MODULUS.to_string(), &long] {
		let at = "public[0]".into();
		assert_eq!(inputs(text), Err(SnarkjsError::TooLarge { at }));
	}
	assert_eq!(inputs("0"), Ok(vec![Fr::from(0u64)]));

	let [_, proof, _] = files();
	let modulus = Fq::MODULUS.to_string();
	let text = changed(&proof, |proof| proof["pi_b"][1][0] = json!(modulus));
	let error = SnarkjsError::TooLarge { at: "pi_b[1][0]".into() };
	assert_eq!(read_proof(&text).unwrap_err(), error);
}

#[test]
fn points_should_be_refused_when_not_in_the_group() {
	let [key, proof, _] = files();
	let proof = |change: fn(&mut Value)| read_proof(&changed(&proof, change)).unwrap_err();
	let at = |at: &str| String::from(at);
	assert_eq!(
		proof(|p| p["pi_a"] = json!(["0", "1", "0"])),
		SnarkjsError::Identity { at: at("pi_a") }
	);
	assert_eq!(
		proof(|p| p["pi_b"] = json!([["0", "0"], ["1", "0"], ["0", "0"]])),
		SnarkjsError::Identity { at: at("pi_b") }
	);
	assert_eq!(proof(|p| p["pi_c"][2] = json!("2")), SnarkjsError::NotAffine { at: at("pi_c") });
	assert_eq!(
		proof(|p| p["pi_b"][2] = json!(["1", "1"])),
		SnarkjsError::NotAffine { at: at("pi_b") }
	);
	assert_eq!(proof(|p| p["pi_a"][1] = json!("1")), SnarkjsError::OffCurve { at: at("pi_a") });
	// Arkworks would take this for the identity.
	assert_eq!(
		proof(|p| p["pi_c"] = json!(["0", "0", "1"])),
		SnarkjsError::OffCurve { at: at("pi_c") }
	);
	assert_eq!(
		proof(|p| p["pi_b"][1] = json!(["1", "1"])),
		SnarkjsError::OffCurve { at: at("pi_b") }
	);
	// (0, 2) is on the curve: 4 = 0 + 4. It has order 3.
	assert_eq!(
		proof(|p| p["pi_a"] = json!(["0", "2", "1"])),
		SnarkjsError::Proof(ProofError::Point {
			point: ProofPoint::A,
			reason: PointError::NotInGroup
		})
	);
	let text = changed(&key, |key| key["IC"][1] = json!(["0", "2", "1"]));
	assert_eq!(
		read_key(&text),
		Err(SnarkjsError::Key(KeyError::Point {
			point: KeyPoint::Input(1),
			reason: PointError::NotInGroup
		}))
	);
}

#[test]
fn key_should_be_refused_when_it_is_none() {
	let [key, ..] = files();
	let read = |change: fn(&mut Value)| read_key(&changed(&key, change)).unwrap_err();
	let count = |stated, points| SnarkjsError::InputCount { stated, points };
	assert_eq!(read(|key| key["nPublic"] = json!(3)), count(3, 3));
	assert_eq!(read(|key| key["nPublic"] = json!(u64::MAX)), count(u64::MAX, 3));
	assert_eq!(read(|key| key["IC"] = json!([])), count(2, 0));
	assert_eq!(
		read(|key| {
			key["IC"].as_array_mut().unwrap().pop();
		}),
		count(2, 2)
	);
	assert_eq!(
		read(|key| key["vk_delta_2"] = key["vk_gamma_2"].clone()),
		SnarkjsError::Key(KeyError::GammaIsDelta)
	);
}
