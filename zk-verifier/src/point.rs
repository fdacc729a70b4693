// SPDX-License-Identifier: Apache-2.0

//! Points as bytes, and what makes one acceptable.

use alloc::vec::Vec;

use ark_ec::AffineRepr;
use ark_serialize::{Compress, Validate};

/// What is wrong with a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PointError {
	/// The bytes are not what a point of the curve encodes to.
	#[error(
		"is not the encoding of a point: its flags mean nothing, a coordinate is not below the \
		 modulus, or the curve has no such point"
	)]
	Encoding,
	/// The point is off the curve, or on it and outside the subgroup of prime order.
	#[error("is not in the group: off the curve, or outside its subgroup of prime order")]
	NotInGroup,
	/// The point is the neutral element.
	#[error("is the identity")]
	Identity,
}

/// Bytes of a point of a group.
pub fn size<P: AffineRepr>(compress: Compress) -> usize {
	P::generator().serialized_size(compress)
}

/// Refuses what is not an element of the group, and the identity.
pub fn check<P: AffineRepr>(point: P) -> Result<P, PointError> {
	if point.is_zero() {
		return Err(PointError::Identity);
	}
	point.check().map_err(|_| PointError::NotInGroup)?;
	Ok(point)
}

/// Takes a compressed point off the front of `bytes`, which must be long enough, and checks it.
pub fn take_compressed<P: AffineRepr>(bytes: &mut &[u8]) -> Result<P, PointError> {
	let (head, tail) = bytes.split_at(size::<P>(Compress::Yes));
	*bytes = tail;
	let point = P::deserialize_with_mode(head, Compress::Yes, Validate::No)
		.map_err(|_| PointError::Encoding)?;
	// An engine with host calls reads an identity from any bytes with the flag for it.
	if point.is_zero() && encode(&point, Compress::Yes) != head {
		return Err(PointError::Encoding);
	}
	check(point)
}

/// Takes an uncompressed point off the front of `bytes`, which must be long enough. Checks the
/// coordinates' range and nothing else, not even that the curve has the point.
pub fn take_unchecked<P: AffineRepr>(bytes: &mut &[u8]) -> Result<P, PointError> {
	let (head, tail) = bytes.split_at(size::<P>(Compress::No));
	*bytes = tail;
	P::deserialize_with_mode(head, Compress::No, Validate::No).map_err(|_| PointError::Encoding)
}

/// Appends a point to `out`.
pub fn put<P: AffineRepr>(point: &P, compress: Compress, out: &mut Vec<u8>) {
	point.serialize_with_mode(out, compress).expect("a vector takes any bytes; qed");
}

/// A point's bytes.
fn encode<P: AffineRepr>(point: &P, compress: Compress) -> Vec<u8> {
	let mut out = Vec::with_capacity(size::<P>(compress));
	put(point, compress, &mut out);
	out
}
