// SPDX-License-Identifier: Apache-2.0

use super::{
	super::{bits, curve},
	*,
};
use crate::{
	r1cs::{Matrix, Shape, assignment},
	testing::{Forgery, Gadget, hex, surviving_mutations},
};
use ark_bls12_381::Fr;
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::{AdditiveGroup, BigInteger};
use ligature_primitives::{
	keys::SecretKey,
	poseidon::{Word, hash as native_hash},
};
use proptest::prelude::*;

/// What [`verify`] is asked.
#[derive(Clone, Copy)]
struct Case {
	enabled: bool,
	key_word: Word,
	message: Word,
	witness: Option<SignatureWitness>,
}

fn circuit(case: Case) -> Gadget<impl Fn(&mut Builder)> {
	Gadget(move |b: &mut Builder| {
		let enabled = b.witness(Fr::from(u64::from(case.enabled)));
		let key_word = b.witness(case.key_word);
		let message = b.witness(case.message);
		verify(b, &enabled, &key_word, &message, case.witness.as_ref());
	})
}

/// The first column of [`challenge::multiply`] in that circuit: after its three witnesses come A, the
/// key's hash, R, the challenge's hash, and A in the other model.
const CHALLENGE_COLUMN: usize = 2 + 3 + 2 + 240 + 2 + 297 + 2;

/// The columns of the high part from the first of the challenge: its last bit.
const LAST_BIT: usize = 126;

/// The v of the point that is added for bit i, from the first column of the challenge: the high part
/// has 127 columns, the lowest bit one, the triple six, and each step six, of which this is the first.
const fn sign_column(i: usize) -> usize {
	127 + 1 + 6 + 6 * (127 - i)
}

fn holds(case: Case) -> Result<(), Label> {
	let shape = Shape::of(&circuit(case));
	assert_eq!(assignment(&circuit(case)), shape.assignment);
	shape.matrices.check(&shape.assignment).map_err(|unsatisfied| unsatisfied.label)
}

fn signed(seed: u8, message: Word) -> Case {
	let secret = SecretKey::from_seed(&[seed; 32]);
	let witness = SignatureWitness::new(&secret.public_key(), &secret.sign(&message)).unwrap();
	let key_word = secret.key_point().word();
	Case { enabled: true, key_word, message, witness: Some(witness) }
}

/// A slot without a signature.
fn unsigned(message: Word) -> Case {
	Case { enabled: false, key_word: Word::from(3), message, witness: None }
}

/// The signature equation, as `primitives` has it.
fn is_valid(case: &Case) -> bool {
	let SignatureWitness { key, commitment, s } = case.witness.unwrap();
	let words = [commitment.x, commitment.y, case.key_word, case.message];
	let e = scalar(&native_hash(Domain::SIGNATURE, &words));
	native_hash(Domain::KEY, &[key.x, key.y]) == case.key_word
		&& (EdwardsAffine::generator() * s - key * e).into_affine() == commitment
}

fn scalar(hash: &Word) -> Scalar {
	Scalar::from(2u64).pow([128]) + Scalar::from(challenge::split(hash).0)
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(12))]

	#[test]
	fn signatures_should_be_accepted(seed: u8, message: [u8; 64]) {
		let case = signed(seed, Word::from_le_bytes_mod_order(&message));
		prop_assert!(is_valid(&case));
		prop_assert_eq!(holds(case), Ok(()));
	}

	#[test]
	fn slots_without_a_signature_should_have_a_witness(message: [u8; 64]) {
		prop_assert_eq!(holds(unsigned(Word::from_le_bytes_mod_order(&message))), Ok(()));
	}
}

#[test]
fn both_parities_of_the_challenge_should_be_met() {
	let parity = |message: u64| {
		let case = signed(1, Word::from(message));
		assert_eq!(holds(case), Ok(()));
		let witness = case.witness.unwrap();
		let words = [witness.commitment.x, witness.commitment.y, case.key_word, case.message];
		challenge::split(&native_hash(Domain::SIGNATURE, &words)).0 & 1
	};
	let parities: Vec<u128> = (0..8).map(parity).collect();
	assert!(parities.contains(&0) && parities.contains(&1));
}

#[test]
fn wrong_signatures_should_be_rejected() {
	let good = signed(1, Word::from(42));
	let witness = good.witness.unwrap();
	let other = signed(2, Word::from(42));
	let with = |witness| Case { witness: Some(witness), ..good };
	let torsion = EdwardsAffine::new_unchecked(Fr::ZERO, -Fr::ONE);
	let cases = [
		("another message", Case { message: Word::from(43), ..good }),
		("another account", Case { key_word: other.key_word, ..good }),
		("another key", with(SignatureWitness { key: other.witness.unwrap().key, ..witness })),
		("another signature", Case { witness: other.witness, ..good }),
		("s + 1", with(SignatureWitness { s: witness.s + Scalar::ONE, ..witness })),
		("−s", with(SignatureWitness { s: -witness.s, ..witness })),
		("s = 0", with(SignatureWitness { s: Scalar::ZERO, ..witness })),
		("−R", with(SignatureWitness { commitment: -witness.commitment, ..witness })),
		(
			"R of another order",
			with(SignatureWitness {
				commitment: (witness.commitment + torsion).into_affine(),
				..witness
			}),
		),
		(
			"R not on the curve",
			with(SignatureWitness {
				commitment: EdwardsAffine::new_unchecked(
					witness.commitment.x,
					witness.commitment.y + Fr::ONE,
				),
				..witness
			}),
		),
		("no signature", Case { witness: None, ..good }),
		("key of order 2", with(SignatureWitness { key: torsion, ..witness })),
		("key zero", with(SignatureWitness { key: EdwardsAffine::zero(), ..witness })),
	];
	for (what, case) in cases {
		assert!(case.witness.is_none() || !is_valid(&case), "{what}");
		assert!(holds(case).is_err(), "{what}");
	}
}

#[test]
fn decoding_should_refuse_what_is_no_signature() {
	let secret = SecretKey::from_seed(&[1; 32]);
	let (key, signature) = (secret.public_key(), secret.sign(&Word::from(1)));
	let order: [u8; 32] = std::array::from_fn(|i| Scalar::MODULUS.0[i / 8].to_le_bytes()[i % 8]);
	let refused = |key, signature| SignatureWitness::new(&key, &signature).unwrap_err();
	assert_eq!(refused(key, Signature { s: order, ..signature }), SignatureError::ScalarNotReduced);
	assert_eq!(
		refused(key, Signature { r: [0xff; 32], ..signature }),
		SignatureError::CommitmentNotCanonical
	);
	assert!(matches!(refused(PublicKey([0xff; 32]), signature), SignatureError::Key(_)));
}

#[test]
fn size_should_be_as_stated() {
	let matrices = Shape::of(&circuit(unsigned(Word::ONE))).matrices;
	let entries = [&matrices.a, &matrices.b, &matrices.c].map(Matrix::entries);
	assert_eq!(matrices.constraints(), 240 + 1 + 297 + 902 + 501 + 2 + 4 + 6 + 2);
	assert_eq!(matrices.constraints(), 1955);
	assert_eq!(entries, [3700, 4022, 3600]);
}

#[test]
fn matrices_should_not_depend_on_values() {
	let digest = |case| hex(&Shape::of(&circuit(case)).matrices.digest());
	let pin = "cceb0ff73cd7252e23400c5b683b8f1338fc6dfb300b5d99ff7617a5bd0caf3c";
	assert_eq!(digest(signed(1, Word::from(1))), pin);
	assert_eq!(digest(signed(2, Word::from(7))), pin);
	assert_eq!(digest(unsigned(Word::from(1))), pin);
}

#[test]
fn every_mutated_witness_should_be_rejected() {
	// A valid signature does not need to be one: `enabled`, the first witness, can be anything then.
	let survivors = surviving_mutations(&Shape::of(&circuit(signed(1, Word::from(5)))));
	assert_eq!(survivors, [2]);
	// Without a signature `enabled` has to be zero, for the account's key is another.
	let survivors = surviving_mutations(&Shape::of(&circuit(unsigned(Word::from(5)))));
	assert_eq!(survivors, Vec::<usize>::new());
}

/// Signs as a holder of the secret `a` can, with a commitment of its choice in the hash.
fn sign(a: Scalar, k: Scalar, claimed: impl Fn(EdwardsAffine) -> EdwardsAffine) -> Case {
	let base = EdwardsAffine::generator();
	let key = (base * a).into_affine();
	let key_word = native_hash(Domain::KEY, &[key.x, key.y]);
	let message = Word::from(42);
	let commitment = claimed((base * k).into_affine());
	let words = [commitment.x, commitment.y, key_word, message];
	let s = k + scalar(&native_hash(Domain::SIGNATURE, &words)) * a;
	Case {
		enabled: true,
		key_word,
		message,
		witness: Some(SignatureWitness { key, commitment, s }),
	}
}

/// The challenge of the signed message of one case in the circuit of another: a signature of a
/// message that nobody signed. The columns of the multiple.
fn challenge_of(case: Case) -> impl Iterator<Item = (usize, Fr)> {
	let z = Shape::of(&circuit(case)).assignment;
	(CHALLENGE_COLUMN..CHALLENGE_COLUMN + sign_column(0)).map(move |column| (column, z[column]))
}

/// A signature of 42 for the message 43, with the challenge of 42.
fn forged_challenge() -> Forgery {
	let case = signed(1, Word::from(42));
	let other = Case { message: Word::from(43), ..case };
	Forgery::new(
		challenge::CHALLENGE,
		"a signature of another message",
		&circuit(other),
		challenge_of(case),
	)
}

/// The same, with a bit of the high part that makes up for the difference.
fn forged_bit() -> Forgery {
	let case = signed(1, Word::from(42));
	let other = Case { message: Word::from(43), ..case };
	let hash = |case: &Case| {
		let SignatureWitness { commitment, .. } = case.witness.unwrap();
		native_hash(Domain::SIGNATURE, &[commitment.x, commitment.y, case.key_word, case.message])
	};
	// 2^128·high + low is the hash of 43, with the low part of 42.
	let (low, _) = challenge::split(&hash(&case));
	let high = (hash(&other) - Fr::from(low)) / Fr::from(2u64).pow([128]);
	let bits: Vec<(usize, Fr)> = challenge_of(case).collect();
	let mut rest = Fr::ZERO;
	let mut weight = Fr::ONE;
	for (_, bit) in &bits[..LAST_BIT] {
		rest += weight * bit;
		weight.double_in_place();
	}
	let last = (high - rest) / Fr::from(challenge::LAST_WEIGHT);
	let overrides = bits.into_iter().map(|(column, value)| {
		(column, if column == CHALLENGE_COLUMN + LAST_BIT { last } else { value })
	});
	Forgery::new(
		bits::BOOLEAN,
		"a signature of another message, by a bit that is none",
		&circuit(other),
		overrides,
	)
}

/// [`challenge::multiply`] alone, with the coordinates of its result as the output.
fn challenge_circuit() -> Gadget<impl Fn(&mut Builder)> {
	Gadget(|b: &mut Builder| {
		let hash = b.witness(native_hash(Domain::SIGNATURE, &[Word::ONE]));
		let key = Edwards::witness(b, &EdwardsAffine::generator()).to_montgomery(b);
		let multiple = challenge::multiply(b, &key, &hash);
		let both = &multiple.u + &multiple.v;
		b.public_input(Label("test/output"), &both);
	})
}

/// The column of `challenge_circuit` where the challenge begins.
const CHALLENGE_ALONE: usize = 2 + 1 + 2 + 2;

fn forged_sign() -> Forgery {
	// Two of the points leave the curve; their weighted sum stays.
	let circuit = challenge_circuit();
	let z = Shape::of(&circuit).assignment;
	let [first, second] = [1, 2].map(|i| CHALLENGE_ALONE + sign_column(i));
	let two = Fr::from(2u64);
	let overrides = [(first, z[first] + two), (second, z[second] - Fr::ONE)];
	Forgery::new(challenge::SIGN, "another multiple of the key", &circuit, overrides)
}

fn forged_selection() -> Forgery {
	let circuit = challenge_circuit();
	let z = Shape::of(&circuit).assignment;
	let last = z.len() - 1;
	Forgery::new(bits::SELECT, "another multiple of the key", &circuit, [(last, z[last] + Fr::ONE)])
}

/// [`fixed_base::multiply`] alone, with the coordinates of its result as the output.
fn base_circuit() -> Gadget<impl Fn(&mut Builder)> {
	Gadget(|b: &mut Builder| {
		let multiple = fixed_base::multiply(b, &Scalar::from(5u64));
		let both = &multiple.u + &multiple.v;
		b.public_input(Label("test/output"), &both);
	})
}

/// A point that stands in no table instead of the lowest window's. Its columns are u, v, u², u³, u⁴.
fn forged_points() -> Vec<Forgery> {
	let circuit = base_circuit();
	let stranger = (EdwardsAffine::generator() * Scalar::from(1_000u64)).into_affine();
	let (u, v) = curve::montgomery(&stranger);
	let z = Shape::of(&circuit).assignment;
	let [c0, c1, c2, c3] = fixed_base::tests::lowest_factor();
	let fourth = -(c0 + u * (c1 + u * (c2 + u * c3)));
	let point = [(2, u), (3, v)];
	vec![
		Forgery::new(fixed_base::TABLE, "a point with an unknown factor", &circuit, point),
		Forgery::new(
			fixed_base::POWERS,
			"a point with an unknown factor, by a wrong power",
			&circuit,
			point.into_iter().chain([(6, fourth)]),
		),
		Forgery::new(
			fixed_base::CURVE,
			"a point that is not on the curve",
			&circuit,
			[(3, z[3] + Fr::ONE)],
		),
	]
}

/// For each label of this folder, and for those of `bits` that it relies on, a witness.
pub(crate) fn forgeries() -> Vec<Forgery> {
	let (a, k) = (Scalar::from(1234u64), Scalar::from(5678u64));
	let thief = Case { key_word: signed(2, Word::ONE).key_word, ..signed(1, Word::from(42)) };
	// The challenge is made again over the victim's key word.
	let thief = {
		let SignatureWitness { key, commitment, .. } = sign(a, k, |r| r).witness.unwrap();
		let words = [commitment.x, commitment.y, thief.key_word, thief.message];
		let s = k + scalar(&native_hash(Domain::SIGNATURE, &words)) * a;
		Case { witness: Some(SignatureWitness { key, commitment, s }), ..thief }
	};
	let off_x = sign(a, k, |r| EdwardsAffine::new_unchecked(r.x + Fr::ONE, r.y));
	let off_y = sign(a, k, |r| EdwardsAffine::new_unchecked(r.x, r.y + Fr::ONE));
	let plain = |label, gain, case: Case| {
		assert!(!is_valid(&case), "{gain}");
		Forgery::new(label, gain, &circuit(case), [])
	};
	let mut forgeries = vec![
		plain(KEY, "a signature of another key", thief),
		plain(COMMITMENT_X, "a commitment that is not on the curve", off_x),
		plain(COMMITMENT_Y, "a commitment that is not on the curve", off_y),
		forged_challenge(),
		forged_bit(),
		forged_sign(),
		forged_selection(),
	];
	forgeries.extend(forged_points());
	forgeries
}

#[test]
fn each_rule_should_be_needed() {
	let forgeries = forgeries();
	let labels = Shape::of(&circuit(unsigned(Word::ONE))).matrices.labels();
	let own = |label: &Label| ["curve/", "poseidon/"].iter().all(|of| !label.0.starts_with(of));
	for (label, _) in labels.iter().filter(|(label, _)| own(label)) {
		assert!(forgeries.iter().any(|forgery| forgery.label == *label), "{label}");
	}
	forgeries.iter().for_each(Forgery::check);
	for circuit in [Shape::of(&challenge_circuit()), Shape::of(&base_circuit())] {
		for forgery in &forgeries {
			let same = forgery.shape.matrices == circuit.matrices;
			assert!(!same || forgery.shape.assignment[1] != circuit.assignment[1]);
		}
	}
}

#[test]
fn another_representative_of_the_challenge_should_be_rejected() {
	// A hash h with h + r < 2^255: one in ten has such a second form of 255 bits.
	let modulus = Fr::MODULUS;
	let (case, second) = (0u64..)
		.find_map(|message| {
			let case = signed(1, Word::from(message));
			let SignatureWitness { commitment, .. } = case.witness.unwrap();
			let words = [commitment.x, commitment.y, case.key_word, case.message];
			let mut second = native_hash(Domain::SIGNATURE, &words).into_bigint();
			let carry = second.add_with_carry(&modulus);
			(!carry && second.0[3] >> 63 == 0).then_some((case, second))
		})
		.unwrap();
	let low = u128::from(second.0[1]) << 64 | u128::from(second.0[0]);
	let high = u128::from(second.0[3]) << 64 | u128::from(second.0[2]);
	let z = Shape::of(&circuit(case)).assignment;
	let v = z[CHALLENGE_COLUMN - 1];
	let bit = |bit: bool| Fr::from(u64::from(bit));
	let sign = |i: usize| if low >> i & 1 == 1 { v } else { -v };
	// The best that bits can do for a high part that is out of range.
	for last in [false, true] {
		let rest = if last { high.wrapping_sub(challenge::LAST_WEIGHT) } else { high };
		let overrides = (0..LAST_BIT)
			.map(|i| (CHALLENGE_COLUMN + i, bit(rest >> i & 1 == 1)))
			.chain([(CHALLENGE_COLUMN + LAST_BIT, bit(last))])
			.chain([(CHALLENGE_COLUMN + LAST_BIT + 1, bit(low & 1 == 1))])
			.chain((1..128).map(|i| (CHALLENGE_COLUMN + sign_column(i), sign(i))));
		let shape = Shape::forged(&circuit(case), &overrides.collect());
		let unsatisfied = shape.matrices.check(&shape.assignment).unwrap_err();
		assert_eq!(unsatisfied.label, challenge::CHALLENGE);
	}
}
