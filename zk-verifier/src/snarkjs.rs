// SPDX-License-Identifier: Apache-2.0

//! The JSON files of snarkjs: `verification_key.json`, `proof.json`, `public.json`, for Groth16 on
//! BLS12-381.
//!
//! Field elements are texts with decimal digits. A point is `[x, y, z]` with z = 1; in G2 each coordinate
//! is `[c0, c1]`, of `c0 + c1·u`. Whatever fields there are besides those read here are ignored;
//! of what is read, nothing is taken modulo anything.

use alloc::{
	format,
	string::{String, ToString},
	vec::Vec,
};

use ark_bls12_381::{Bls12_381, Fq, Fq2, Fr, G1Affine, G2Affine};
use ark_ec::AffineRepr;
use ark_ff::PrimeField;
use num_bigint::BigUint;
use serde_json::{Value, json};

use crate::{
	key::{KeyError, VerifyingKey},
	proof::{Proof, ProofError},
};

/// How snarkjs names the proof system.
const PROTOCOL: &str = "groth16";
/// How snarkjs names the curve.
const CURVE: &str = "bls12381";
/// The most digits of a number below the modulus of the base field.
const MAX_DIGITS: usize = 116;

/// Why a JSON file is not what it should be. `at` is the place in the file, such as `pi_b[1][0]`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SnarkjsError {
	/// The text is not JSON.
	#[error("not JSON: {0}")]
	Json(String),
	/// Something is missing, or is another kind of thing.
	#[error("{at} must be {expected}")]
	Shape {
		/// The place.
		at: String,
		/// What should be there.
		expected: String,
	},
	/// The file is of another proof system, or of another curve.
	#[error("{at} is `{found}`; only `{expected}` is supported")]
	Unsupported {
		/// The place: `protocol` or `curve`.
		at: String,
		/// What is there.
		found: String,
		/// What should be there.
		expected: &'static str,
	},
	/// A text is not a number as snarkjs writes it: decimal digits without zeros in front.
	#[error("{at} is not a number in decimal digits")]
	NotDecimal {
		/// The place.
		at: String,
	},
	/// A number is not below the modulus of its field.
	#[error("{at} is not below the modulus of its field")]
	TooLarge {
		/// The place.
		at: String,
	},
	/// The third coordinate is 0: the point is the identity.
	#[error("{at} is the identity")]
	Identity {
		/// The place.
		at: String,
	},
	/// The third coordinate is neither 0 nor 1.
	#[error("{at} has a third coordinate other than 1")]
	NotAffine {
		/// The place.
		at: String,
	},
	/// The curve has no such point.
	#[error("{at} is not on the curve")]
	OffCurve {
		/// The place.
		at: String,
	},
	/// `nPublic` does not fit the number of input points.
	#[error("nPublic is {stated}, and IC has {points} points: one more than inputs is needed")]
	InputCount {
		/// `nPublic`.
		stated: u64,
		/// Length of `IC`.
		points: usize,
	},
	/// The points are no key.
	#[error(transparent)]
	Key(#[from] KeyError),
	/// The points are no proof.
	#[error(transparent)]
	Proof(#[from] ProofError),
}

/// Reads `verification_key.json`.
///
/// # Errors
///
/// As [`SnarkjsError`] says.
pub fn read_key(text: &str) -> Result<VerifyingKey<Bls12_381>, SnarkjsError> {
	let file = parse(text)?;
	let file = Node::root(&file);
	file.check_system()?;
	let stated = file.field("nPublic")?;
	let stated = stated.value.as_u64().ok_or_else(|| stated.shape("an integer"))?;
	let points: Vec<_> =
		file.field("IC")?.items()?.iter().map(Node::g1).collect::<Result<_, _>>()?;
	if stated.checked_add(1) != Some(points.len() as u64) {
		return Err(SnarkjsError::InputCount { stated, points: points.len() });
	}
	Ok(VerifyingKey::new(
		file.field("vk_alpha_1")?.g1()?,
		file.field("vk_beta_2")?.g2()?,
		file.field("vk_gamma_2")?.g2()?,
		file.field("vk_delta_2")?.g2()?,
		points,
	)?)
}

/// Reads `proof.json`.
///
/// # Errors
///
/// As [`SnarkjsError`] says.
pub fn read_proof(text: &str) -> Result<Proof<Bls12_381>, SnarkjsError> {
	let file = parse(text)?;
	let file = Node::root(&file);
	file.check_system()?;
	Ok(Proof::new(file.field("pi_a")?.g1()?, file.field("pi_b")?.g2()?, file.field("pi_c")?.g1()?)?)
}

/// Reads `public.json`.
///
/// # Errors
///
/// As [`SnarkjsError`] says.
pub fn read_inputs(text: &str) -> Result<Vec<Fr>, SnarkjsError> {
	let file = parse(text)?;
	Node { at: "public".into(), value: &file }.items()?.iter().map(Node::number).collect()
}

/// What [`read_key`] reads. snarkjs also writes e(α, β), as `vk_alphabeta_12`, and does not read it; it
/// is left out.
pub fn write_key(key: &VerifyingKey<Bls12_381>) -> Value {
	json!({
		"protocol": PROTOCOL,
		"curve": CURVE,
		"nPublic": key.inputs(),
		"vk_alpha_1": g1(&key.alpha()),
		"vk_beta_2": g2(&key.beta()),
		"vk_gamma_2": g2(&key.gamma()),
		"vk_delta_2": g2(&key.delta()),
		"IC": key.input_points().iter().map(g1).collect::<Vec<_>>(),
	})
}

/// What [`read_proof`] reads.
pub fn write_proof(proof: &Proof<Bls12_381>) -> Value {
	json!({
		"pi_a": g1(&proof.a()),
		"pi_b": g2(&proof.b()),
		"pi_c": g1(&proof.c()),
		"protocol": PROTOCOL,
		"curve": CURVE,
	})
}

/// What [`read_inputs`] reads.
pub fn write_inputs(inputs: &[Fr]) -> Value {
	inputs.iter().map(decimal).collect()
}

fn decimal<F: PrimeField>(number: &F) -> Value {
	let number: BigUint = number.into_bigint().into();
	number.to_string().into()
}

fn g1(point: &G1Affine) -> Value {
	json!([decimal(&point.x), decimal(&point.y), "1"])
}

fn g2(point: &G2Affine) -> Value {
	let pair = |x: &Fq2| json!([decimal(&x.c0), decimal(&x.c1)]);
	json!([pair(&point.x), pair(&point.y), ["1", "0"]])
}

fn parse(text: &str) -> Result<Value, SnarkjsError> {
	serde_json::from_str(text).map_err(|error| SnarkjsError::Json(error.to_string()))
}

/// A value and its place in the file.
struct Node<'a> {
	at: String,
	value: &'a Value,
}

impl<'a> Node<'a> {
	/// A whole file that is an object.
	fn root(value: &'a Value) -> Self {
		Self { at: String::new(), value }
	}

	fn shape(&self, expected: &str) -> SnarkjsError {
		SnarkjsError::Shape { at: self.at.clone(), expected: expected.into() }
	}

	/// A field of the file.
	fn field(&self, name: &str) -> Result<Node<'a>, SnarkjsError> {
		let missing = || SnarkjsError::Shape { at: name.into(), expected: "there".into() };
		let value = self.value.get(name).ok_or_else(missing)?;
		Ok(Node { at: name.into(), value })
	}

	fn items(&self) -> Result<Vec<Node<'a>>, SnarkjsError> {
		let items = self.value.as_array().ok_or_else(|| self.shape("a list"))?;
		let item = |(i, value)| Node { at: format!("{}[{i}]", self.at), value };
		Ok(items.iter().enumerate().map(item).collect())
	}

	fn exactly<const N: usize>(&self) -> Result<[Node<'a>; N], SnarkjsError> {
		let expected = || self.shape(&format!("a list of {N}"));
		self.items()?.try_into().map_err(|_| expected())
	}

	fn text(&self) -> Result<&'a str, SnarkjsError> {
		self.value.as_str().ok_or_else(|| self.shape("a text"))
	}

	/// The file is for the right proof system and curve; the curve's name in any spelling that
	/// snarkjs itself takes: letters of both cases, with signs between.
	fn check_system(&self) -> Result<(), SnarkjsError> {
		let plain = |name: &str| -> String {
			let letters = name.chars().filter(char::is_ascii_alphanumeric);
			letters.map(|letter| letter.to_ascii_lowercase()).collect()
		};
		let unsupported = |node: &Node<'_>, found: &str, expected| SnarkjsError::Unsupported {
			at: node.at.clone(),
			found: found.into(),
			expected,
		};
		let (protocol, curve) = (self.field("protocol")?, self.field("curve")?);
		match (protocol.text()?, curve.text()?) {
			(found, _) if found != PROTOCOL => Err(unsupported(&protocol, found, PROTOCOL)),
			(_, found) if plain(found) != CURVE => Err(unsupported(&curve, found, CURVE)),
			_ => Ok(()),
		}
	}

	/// A number, canonical as a text and as a field element.
	fn number<F: PrimeField>(&self) -> Result<F, SnarkjsError> {
		let at = || self.at.clone();
		let digits = self.text()?;
		let is_decimal = digits.bytes().all(|byte| byte.is_ascii_digit());
		let starts_well = digits == "0" || !digits.starts_with('0');
		if digits.is_empty() || !is_decimal || !starts_well {
			return Err(SnarkjsError::NotDecimal { at: at() });
		}
		let number = (digits.len() <= MAX_DIGITS)
			.then(|| BigUint::parse_bytes(digits.as_bytes(), 10))
			.flatten()
			.and_then(|number| F::BigInt::try_from(number).ok())
			.and_then(F::from_bigint);
		number.ok_or_else(|| SnarkjsError::TooLarge { at: at() })
	}

	fn pair(&self) -> Result<Fq2, SnarkjsError> {
		let [c0, c1] = self.exactly()?;
		Ok(Fq2::new(c0.number()?, c1.number()?))
	}

	fn g1(&self) -> Result<G1Affine, SnarkjsError> {
		let [x, y, z] = self.exactly()?;
		let (x, y): (Fq, Fq) = (x.number()?, y.number()?);
		self.affine(z.number::<Fq>()?)?;
		let point = G1Affine::new_unchecked(x, y);
		self.on_curve(point, point.is_on_curve())
	}

	fn g2(&self) -> Result<G2Affine, SnarkjsError> {
		let [x, y, z] = self.exactly()?;
		let (x, y) = (x.pair()?, y.pair()?);
		self.affine(z.pair()?)?;
		let point = G2Affine::new_unchecked(x, y);
		self.on_curve(point, point.is_on_curve())
	}

	fn affine<F: ark_ff::Field>(&self, z: F) -> Result<(), SnarkjsError> {
		let at = || self.at.clone();
		match z {
			z if z.is_one() => Ok(()),
			z if z.is_zero() => Err(SnarkjsError::Identity { at: at() }),
			_ => Err(SnarkjsError::NotAffine { at: at() }),
		}
	}

	/// That the point is in the subgroup, keys and proofs check themselves. Arkworks writes the
	/// identity as (0, 0), and takes it to be on the curve.
	fn on_curve<P: AffineRepr>(&self, point: P, on_curve: bool) -> Result<P, SnarkjsError> {
		if !on_curve || point.is_zero() {
			return Err(SnarkjsError::OffCurve { at: self.at.clone() });
		}
		Ok(point)
	}
}
