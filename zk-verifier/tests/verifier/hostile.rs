// SPDX-License-Identifier: Apache-2.0

//! Bytes, points and numbers of inputs that are refused, and why, under both engines.

use crate::support::{Host, Plain, Statement, bytes};
use ark_bls12_381::{Fq, Fq2, Fr, G1Affine, G2Affine};
use ark_ec::{AffineRepr, CurveGroup, pairing::Pairing};
use ark_ff::{AdditiveGroup, BigInteger, PrimeField};
use ark_groth16::{Groth16, prepare_verifying_key};
use ligature_zk_verifier::{
	InputError, KeyError, KeyPoint, PointError, PreparedKeyError, PreparedVerifyingKey, Proof,
	ProofError, ProofPoint, VerifyError, VerifyingKey, inputs_from_bytes, verify,
};

const COMPRESSED: u8 = 0x80;
const INFINITY: u8 = 0x40;
const SIGN: u8 = 0x20;
const G1: usize = 48;
const G2: usize = 96;

/// A point of G1 or G2, as bytes, that must not be accepted, and the reason.
type Hostile = (&'static str, Vec<u8>, PointError);

fn big_endian(x: impl BigInteger) -> Vec<u8> {
	x.to_bytes_be()
}

/// A coordinate with its modulus added: 381 bits hold it if it is small enough.
fn plus_modulus(x: Fq) -> Option<Vec<u8>> {
	let mut sum = x.into_bigint();
	let carry = sum.add_with_carry(&Fq::MODULUS);
	(!carry && sum.num_bits() <= 381).then(|| big_endian(sum))
}

/// The coordinates as bytes, with these bits set in the first.
fn flagged(mut bytes: Vec<u8>, flags: u8) -> Vec<u8> {
	bytes[0] |= flags;
	bytes
}

/// The bytes of a point with another x, or part of it, and the same flags.
fn with_part(encoded: &[u8], part: usize, coordinate: &[u8]) -> Vec<u8> {
	let mut out = encoded.to_vec();
	let flags = out[0] & (COMPRESSED | SIGN);
	out[0] &= !(COMPRESSED | SIGN);
	out[part * G1..(part + 1) * G1].copy_from_slice(coordinate);
	flagged(out, flags)
}

/// What can be wrong with any compressed point. `good` is the encoding of a point of the group.
fn common(good: &[u8]) -> Vec<Hostile> {
	let size = good.len();
	let zeros = vec![0; size];
	let one = || {
		let mut bytes = vec![0; size];
		bytes[size - 1] = 1;
		bytes
	};
	let uncompressed = {
		let mut bytes = good.to_vec();
		bytes[0] &= !COMPRESSED;
		bytes
	};
	vec![
		("identity", flagged(zeros.clone(), COMPRESSED | INFINITY), PointError::Identity),
		(
			"identity, signed",
			flagged(zeros.clone(), COMPRESSED | INFINITY | SIGN),
			PointError::Encoding,
		),
		("identity, coordinates", flagged(one(), COMPRESSED | INFINITY), PointError::Encoding),
		("identity flag on a point", flagged(good.to_vec(), INFINITY), PointError::Encoding),
		("uncompressed identity", flagged(zeros.clone(), INFINITY), PointError::Encoding),
		("uncompressed flag", uncompressed, PointError::Encoding),
		("zeros", zeros, PointError::Encoding),
		("all bits", vec![0xff; size], PointError::Encoding),
	]
}

fn hostile_g1() -> Vec<Hostile> {
	let xs = || (0u64..).map(Fq::from);
	let good = G1Affine::generator();
	let small = (1u64..)
		.map(|k| (good * Fr::from(k)).into_affine())
		.find(|point| plus_modulus(point.x).is_some())
		.expect("there are some");
	let no_point = xs()
		.find(|x| G1Affine::get_point_from_x_unchecked(*x, false).is_none())
		.expect("there are some");
	let outside = xs()
		.filter_map(|x| G1Affine::get_point_from_x_unchecked(x, false))
		.find(|point| !point.is_in_correct_subgroup_assuming_on_curve())
		.expect("there are some");
	let good = bytes(&good);
	let mut all = common(&good);
	all.extend([
		("x = p", with_part(&good, 0, &big_endian(Fq::MODULUS)), PointError::Encoding),
		(
			"x + p",
			with_part(&bytes(&small), 0, &plus_modulus(small.x).expect("small")),
			PointError::Encoding,
		),
		(
			"off the curve",
			with_part(&good, 0, &big_endian(no_point.into_bigint())),
			PointError::Encoding,
		),
		("outside the subgroup", bytes(&outside), PointError::NotInGroup),
	]);
	all
}

fn hostile_g2() -> Vec<Hostile> {
	let xs = || (0u64..).map(|c1| Fq2::new(Fq::from(5u64), Fq::from(c1)));
	let good = G2Affine::generator();
	let multiples = || (1u64..).map(|k| (G2Affine::generator() * Fr::from(k)).into_affine());
	let small_c0 =
		multiples().find(|point| plus_modulus(point.x.c0).is_some()).expect("there are some");
	let small_c1 =
		multiples().find(|point| plus_modulus(point.x.c1).is_some()).expect("there are some");
	let no_point = xs()
		.find(|x| G2Affine::get_point_from_x_unchecked(*x, false).is_none())
		.expect("there are some");
	let outside = xs()
		.filter_map(|x| G2Affine::get_point_from_x_unchecked(x, false))
		.find(|point| !point.is_in_correct_subgroup_assuming_on_curve())
		.expect("there are some");
	let off_curve = with_part(
		&with_part(&bytes(&good), 0, &big_endian(no_point.c1.into_bigint())),
		1,
		&big_endian(no_point.c0.into_bigint()),
	);
	let mut all = common(&bytes(&good));
	// The first half of the bytes is c1.
	all.extend([
		("c1 = p", with_part(&bytes(&good), 0, &big_endian(Fq::MODULUS)), PointError::Encoding),
		("c0 = p", with_part(&bytes(&good), 1, &big_endian(Fq::MODULUS)), PointError::Encoding),
		(
			"c0 + p",
			with_part(&bytes(&small_c0), 1, &plus_modulus(small_c0.x.c0).expect("small")),
			PointError::Encoding,
		),
		(
			"c1 + p",
			with_part(&bytes(&small_c1), 0, &plus_modulus(small_c1.x.c1).expect("small")),
			PointError::Encoding,
		),
		(
			"flag on c0",
			{
				let mut bytes = bytes(&good);
				bytes[G1] |= COMPRESSED;
				bytes
			},
			PointError::Encoding,
		),
		("off the curve", off_curve, PointError::Encoding),
		("outside the subgroup", bytes(&outside), PointError::NotInGroup),
	]);
	all
}

fn replaced(bytes: &[u8], at: usize, part: &[u8]) -> Vec<u8> {
	let mut out = bytes.to_vec();
	out[at..at + part.len()].copy_from_slice(part);
	out
}

fn refuse_proof(bytes: &[u8], name: &str, expected: ProofError) {
	assert_eq!(Proof::<Plain>::from_bytes(bytes), Err(expected), "{name}");
	assert_eq!(Proof::<Host>::from_bytes(bytes), Err(expected), "{name}, host calls");
}

fn refuse_key(bytes: &[u8], name: &str, expected: KeyError) {
	assert_eq!(VerifyingKey::<Plain>::from_bytes(bytes), Err(expected), "{name}");
	assert_eq!(VerifyingKey::<Host>::from_bytes(bytes), Err(expected), "{name}, host calls");
}

#[test]
fn proof_should_be_refused_when_a_point_is_hostile() {
	let good = Statement::new(1, 1).prove().bytes();
	let places = [
		(ProofPoint::A, 0, hostile_g1()),
		(ProofPoint::B, G1, hostile_g2()),
		(ProofPoint::C, G1 + G2, hostile_g1()),
	];
	for (point, at, hostile) in places {
		for (name, part, reason) in hostile {
			let bytes = replaced(&good, at, &part);
			refuse_proof(&bytes, name, ProofError::Point { point, reason });
		}
	}
}

#[test]
fn proof_should_be_refused_when_its_length_is_wrong() {
	let mut proof = Statement::new(1, 2).prove().bytes();
	for found in 0..192 {
		refuse_proof(&proof[..found], "short", ProofError::Length { found, expected: 192 });
	}
	proof.push(0);
	refuse_proof(&proof, "long", ProofError::Length { found: 193, expected: 192 });
}

/// Points that were never bytes, e.g. read from another format.
#[test]
fn proof_should_be_refused_when_its_points_are_no_elements() {
	let ark_groth16::Proof { a, b, c } = Statement::new(1, 3).prove().proof;
	let off1 = G1Affine::new_unchecked(a.x, a.y + Fq::from(1u64));
	let off2 = G2Affine::new_unchecked(b.x, b.y + Fq2::from(1u64));
	let (zero1, zero2) = (G1Affine::zero(), G2Affine::zero());
	let error = |point, reason| Err(ProofError::Point { point, reason });
	use PointError::{Identity, NotInGroup};
	assert_eq!(Proof::<Plain>::new(off1, b, c), error(ProofPoint::A, NotInGroup));
	assert_eq!(Proof::<Plain>::new(a, off2, c), error(ProofPoint::B, NotInGroup));
	assert_eq!(Proof::<Plain>::new(a, b, off1), error(ProofPoint::C, NotInGroup));
	assert_eq!(Proof::<Plain>::new(zero1, b, c), error(ProofPoint::A, Identity));
	assert_eq!(Proof::<Plain>::new(a, zero2, c), error(ProofPoint::B, Identity));
	assert_eq!(Proof::<Plain>::new(a, b, zero1), error(ProofPoint::C, Identity));
}

#[test]
fn key_should_be_refused_when_a_point_is_hostile() {
	let good = Statement::new(2, 4).key_bytes();
	let inputs = G1 + 3 * G2 + 8;
	let places = [
		(KeyPoint::Alpha, 0, hostile_g1()),
		(KeyPoint::Beta, G1, hostile_g2()),
		(KeyPoint::Gamma, G1 + G2, hostile_g2()),
		(KeyPoint::Delta, G1 + 2 * G2, hostile_g2()),
		(KeyPoint::Input(0), inputs, hostile_g1()),
		(KeyPoint::Input(2), inputs + 2 * G1, hostile_g1()),
	];
	for (point, at, hostile) in places {
		for (name, part, reason) in hostile {
			let bytes = replaced(&good, at, &part);
			refuse_key(&bytes, name, KeyError::Point { point, reason });
		}
	}
}

#[test]
fn key_should_be_refused_when_its_length_is_wrong() {
	let good = Statement::new(2, 5).key_bytes();
	let length = good.len();
	for short in 0..length {
		refuse_key(&good[..short], "short", KeyError::Length(short));
	}
	refuse_key(&[&good[..], &[0]].concat(), "long", KeyError::Length(length + 1));
	let count = G1 + 3 * G2;
	for wrong in [0u64, 1, 2, 4, 1 << 32, u64::MAX, u64::MAX / 48 + 1] {
		let bytes = replaced(&good, count, &wrong.to_le_bytes());
		refuse_key(&bytes, "count", KeyError::Length(length));
	}
}

#[test]
fn key_should_be_refused_when_it_has_no_input_point() {
	let statement = Statement::new(0, 6);
	let good = statement.key_bytes();
	let empty = replaced(&good[..good.len() - G1], G1 + 3 * G2, &0u64.to_le_bytes());
	refuse_key(&empty, "empty", KeyError::NoInputPoints);
	let vk = &statement.proving.vk;
	let key = VerifyingKey::<Plain>::new(vk.alpha_g1, vk.beta_g2, vk.gamma_g2, vk.delta_g2, vec![]);
	assert_eq!(key, Err(KeyError::NoInputPoints));
}

#[test]
fn key_should_be_refused_when_anybody_can_forge_for_it() {
	let statement = Statement::new(1, 7);
	let (good, vk) = (statement.key_bytes(), &statement.proving.vk);
	let (gamma, delta) = (G1 + G2, G1 + 2 * G2);
	let generator = G2Affine::generator();
	let same = replaced(&good, delta, &good[gamma..gamma + G2]);
	refuse_key(&same, "gamma = delta", KeyError::GammaIsDelta);
	let never = replaced(&good, delta, &bytes(&generator));
	refuse_key(&never, "delta = generator", KeyError::DeltaIsGenerator);
	// What snarkjs does with gamma is no fault.
	let usual = replaced(&good, gamma, &bytes(&generator));
	assert!(VerifyingKey::<Plain>::from_bytes(&usual).is_ok());
	let points = || vk.gamma_abc_g1.clone();
	let new =
		|gamma, delta| VerifyingKey::<Plain>::new(vk.alpha_g1, vk.beta_g2, gamma, delta, points());
	assert_eq!(new(vk.gamma_g2, vk.gamma_g2), Err(KeyError::GammaIsDelta));
	assert_eq!(new(vk.gamma_g2, generator), Err(KeyError::DeltaIsGenerator));
}

#[test]
fn key_should_be_refused_when_its_points_are_no_elements() {
	let vk = Statement::new(1, 8).proving.vk;
	let off1 = G1Affine::new_unchecked(Fq::from(1u64), Fq::from(1u64));
	let off2 = G2Affine::new_unchecked(Fq2::from(1u64), Fq2::from(1u64));
	let new = |vk: &ark_groth16::VerifyingKey<Plain>| {
		let points = vk.gamma_abc_g1.clone();
		VerifyingKey::<Plain>::new(vk.alpha_g1, vk.beta_g2, vk.gamma_g2, vk.delta_g2, points)
	};
	assert!(new(&vk).is_ok());
	type Spoil = fn(&mut ark_groth16::VerifyingKey<Plain>, G1Affine, G2Affine);
	let spoils: [(KeyPoint, Spoil); 6] = [
		(KeyPoint::Alpha, |vk, p, _| vk.alpha_g1 = p),
		(KeyPoint::Beta, |vk, _, q| vk.beta_g2 = q),
		(KeyPoint::Gamma, |vk, _, q| vk.gamma_g2 = q),
		(KeyPoint::Delta, |vk, _, q| vk.delta_g2 = q),
		(KeyPoint::Input(0), |vk, p, _| vk.gamma_abc_g1[0] = p),
		(KeyPoint::Input(1), |vk, p, _| vk.gamma_abc_g1[1] = p),
	];
	for (point, spoil) in spoils {
		let (mut off, mut zero) = (vk.clone(), vk.clone());
		spoil(&mut off, off1, off2);
		spoil(&mut zero, G1Affine::zero(), G2Affine::zero());
		assert_eq!(new(&off), Err(KeyError::Point { point, reason: PointError::NotInGroup }));
		assert_eq!(new(&zero), Err(KeyError::Point { point, reason: PointError::Identity }));
	}
}

#[test]
fn prepared_key_should_be_refused_when_its_bytes_are_spoiled() {
	fn check<E: Pairing<ScalarField = Fr>>() {
		let statement = Statement::new(1, 9);
		let good = statement.key::<E>().to_bytes();
		let read = |bytes: &[u8]| PreparedVerifyingKey::<E>::from_bytes(bytes).map(|_| ());
		assert_eq!(read(&good), Ok(()));
		// A key without inputs is 96 bytes shorter.
		let wrong = (0..good.len()).filter(|length| length + 96 != good.len());
		for length in wrong.chain([good.len() + 1, good.len() + 95]) {
			let mut bytes = good.clone();
			bytes.resize(length, 0);
			let error = PreparedKeyError::Key(KeyError::Length(length));
			assert_eq!(read(&bytes), Err(error));
			let trusted = PreparedVerifyingKey::<E>::from_trusted_bytes(&bytes).map(|_| ());
			assert_eq!(trusted, Err(error));
		}
		// Every byte matters.
		for at in (0..good.len()).step_by(7) {
			let mut bytes = good.clone();
			bytes[at] ^= 1;
			assert!(read(&bytes).is_err(), "byte {at}");
		}
		let target = 32 + 576;
		let mut digest = good.clone();
		digest[0] ^= 1;
		assert_eq!(read(&digest), Err(PreparedKeyError::Inconsistent));
		let mut constant = good.clone();
		constant[40] ^= 1;
		assert_eq!(read(&constant), Err(PreparedKeyError::Inconsistent));
		// Off the curve: the decoder of uncompressed points does not see it.
		let mut off = good.clone();
		off[target + 95] ^= 1;
		let reason = PointError::NotInGroup;
		let error = KeyError::Point { point: KeyPoint::Alpha, reason };
		assert_eq!(read(&off), Err(PreparedKeyError::Key(error)));
		// A flag that has no meaning here.
		let mut flag = good.clone();
		flag[target] |= SIGN;
		assert!(read(&flag).is_err());
		// delta := gamma, consistently in everything but the digest.
		let gamma = target + 2 * G1 + 4 * G1;
		let same = replaced(&good, gamma + 2 * G2, &good[gamma..gamma + 2 * G2]);
		assert_eq!(read(&same), Err(PreparedKeyError::Key(KeyError::GammaIsDelta)));
	}
	check::<Plain>();
	check::<Host>();
}

#[test]
fn inputs_should_be_refused_when_not_below_the_order() {
	let order: [u8; 32] = Fr::MODULUS.to_bytes_le().try_into().unwrap();
	let mut below = order;
	below[0] -= 1;
	assert_eq!(inputs_from_bytes(&below), Ok(vec![-Fr::from(1u64)]));
	assert_eq!(inputs_from_bytes(&[0; 32]), Ok(vec![Fr::ZERO]));
	assert_eq!(inputs_from_bytes::<Fr>(&[]), Ok(vec![]));
	let refused = |bytes: &[u8], error| assert_eq!(inputs_from_bytes::<Fr>(bytes), Err(error));
	refused(&order, InputError::NotCanonical(0));
	refused(&[0xff; 32], InputError::NotCanonical(0));
	// The same statement twice, if it were accepted: 5 + r.
	let mut alias = Fr::from(5u64).into_bigint();
	assert!(!alias.add_with_carry(&Fr::MODULUS));
	refused(&[&below[..], &alias.to_bytes_le()].concat(), InputError::NotCanonical(1));
	for length in [1, 31, 33, 63] {
		refused(&vec![0; length], InputError::Length(length));
	}
}

#[test]
fn verify_should_refuse_another_number_of_inputs() {
	let mut statement = Statement::new(2, 10);
	// The second input is 0: arkworks' verifier does not miss it.
	let proven = statement.prove_roots(vec![Fr::from(4u64), Fr::ZERO]);
	let [first, second] = proven.inputs[..] else { panic!("two inputs") };
	let lax = prepare_verifying_key(&statement.proving.vk);
	assert_eq!(Groth16::<Plain>::verify_proof(&lax, &proven.proof, &[first]), Ok(true));
	let (key, proof) = (statement.key::<Plain>(), proven.proof::<Plain>());
	let refused = |found| Err(VerifyError::InputCount { found, expected: 2 });
	assert_eq!(verify(&key, &[], &proof), refused(0));
	assert_eq!(verify(&key, &[first], &proof), refused(1));
	assert_eq!(verify(&key, &[first, second, Fr::ZERO], &proof), refused(3));
	assert_eq!(verify(&key, &[first, second], &proof), Ok(()));
	assert_eq!(verify(&key, &[second, first], &proof), Err(VerifyError::Rejected));
}

#[test]
fn verify_should_refuse_the_proof_of_another_key() {
	let (mut one, two) = (Statement::new(1, 11), Statement::new(1, 12));
	let proven = one.prove();
	let rejected = Err(VerifyError::Rejected);
	assert_eq!(verify(&one.key::<Plain>(), &proven.inputs, &proven.proof()), Ok(()));
	assert_eq!(verify(&two.key::<Plain>(), &proven.inputs, &proven.proof()), rejected);
	assert_eq!(verify(&two.key::<Host>(), &proven.inputs, &proven.proof()), rejected);
}

/// Each point with the other root as y: elements of the group, but not the proof.
#[test]
fn verify_should_refuse_when_a_point_is_negated() {
	let mut statement = Statement::new(1, 13);
	let proven = statement.prove();
	for at in [0, G1, G1 + G2] {
		let mut bytes = proven.bytes();
		bytes[at] ^= SIGN;
		let proof = Proof::<Plain>::from_bytes(&bytes).unwrap();
		assert_eq!(verify(&statement.key(), &proven.inputs, &proof), Err(VerifyError::Rejected));
	}
}
