// SPDX-License-Identifier: Apache-2.0

//! Pairing checks over the curve of the host calls, against plain arkworks.

#![allow(clippy::unwrap_used, reason = "a panic is how a test reports")]

use ark_bls12_381::{Fr, G1Affine, G1Projective, G2Affine, G2Projective};
use ark_ec::{AffineRepr, CurveGroup, PrimeGroup};
use ark_serialize::CanonicalSerialize;
use ligature_runtime::curve::{G1Bytes, G2Bytes, MAX_PAIRS, PairingError, pairing_product_is_one};

fn g1(point: G1Affine) -> G1Bytes {
	let mut bytes = [0; 48];
	point.serialize_compressed(&mut bytes[..]).unwrap();
	bytes
}

fn g2(point: G2Affine) -> G2Bytes {
	let mut bytes = [0; 96];
	point.serialize_compressed(&mut bytes[..]).unwrap();
	bytes
}

fn g1_times(scalar: u64) -> G1Bytes {
	g1((G1Projective::generator() * Fr::from(scalar)).into_affine())
}

fn g2_times(scalar: u64) -> G2Bytes {
	g2((G2Projective::generator() * Fr::from(scalar)).into_affine())
}

#[test]
fn products_should_follow_bilinearity() {
	let minus_six = g1((G1Projective::generator() * -Fr::from(6u64)).into_affine());
	// e(2G, 3H) · e(−6G, H) = 1
	let pairs = [(g1_times(2), g2_times(3)), (minus_six, g2_times(1))];
	assert_eq!(pairing_product_is_one(&pairs), Ok(true));
	// e(2G, 3H) · e(−6G, 2H) ≠ 1
	let pairs = [(g1_times(2), g2_times(3)), (minus_six, g2_times(2))];
	assert_eq!(pairing_product_is_one(&pairs), Ok(false));
}

#[test]
fn the_number_of_pairs_should_be_bounded() {
	let pair = (g1_times(1), g2_times(1));
	assert_eq!(pairing_product_is_one(&[]), Err(PairingError::PairCount));
	assert_eq!(pairing_product_is_one(&[pair; MAX_PAIRS]), Ok(false));
	assert_eq!(pairing_product_is_one(&[pair; MAX_PAIRS + 1]), Err(PairingError::PairCount));
}

#[test]
fn points_outside_the_prime_order_subgroup_should_be_refused() {
	// A point of the curve whose order is not the subgroup's: the curve's group is larger.
	let outside_g1 = (0u64..)
		.filter_map(|x| G1Affine::get_point_from_x_unchecked(x.into(), false))
		.find(|point| !point.is_in_correct_subgroup_assuming_on_curve())
		.unwrap();
	let outside_g2 = (0u64..)
		.filter_map(|x| {
			G2Affine::get_point_from_x_unchecked(
				ark_bls12_381::Fq2::new(x.into(), 1u64.into()),
				false,
			)
		})
		.find(|point| !point.is_in_correct_subgroup_assuming_on_curve())
		.unwrap();
	let good = (g1_times(1), g2_times(1));
	assert_eq!(pairing_product_is_one(&[(g1(outside_g1), good.1)]), Err(PairingError::InvalidG1));
	assert_eq!(pairing_product_is_one(&[(good.0, g2(outside_g2))]), Err(PairingError::InvalidG2));
}

#[test]
fn infinity_and_broken_encodings_should_be_refused() {
	let good = (g1_times(1), g2_times(1));
	assert!(G1Affine::zero().is_zero());
	assert_eq!(
		pairing_product_is_one(&[(g1(G1Affine::zero()), good.1)]),
		Err(PairingError::InvalidG1)
	);
	assert_eq!(
		pairing_product_is_one(&[(good.0, g2(G2Affine::zero()))]),
		Err(PairingError::InvalidG2)
	);
	for byte in [0x00, 0x1f, 0xff] {
		// The flag bits, and a coordinate that is not below the field's modulus.
		let mut broken = good.0;
		broken[0] = byte;
		assert_eq!(pairing_product_is_one(&[(broken, good.1)]), Err(PairingError::InvalidG1));
		let mut broken = good.1;
		broken[0] = byte;
		assert_eq!(pairing_product_is_one(&[(good.0, broken)]), Err(PairingError::InvalidG2));
	}
}
