// SPDX-License-Identifier: Apache-2.0

//! The proofs of one block.

use crate::prove::PROOF_BYTES;
use ligature_primitives::{
	constants::MAX_CHAINS,
	ids::{BlockNumber, ChainId},
};
use std::fmt;

/// One of the statements about a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
	/// A chain's half.
	Half(ChainId),
	/// That the halves fit together.
	Join,
}

impl fmt::Display for Part {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		match self {
			Self::Half(chain) => write!(f, "half of chain {}", chain.0),
			Self::Join => f.write_str("join"),
		}
	}
}

/// The proofs of a block: of the halves that are not empty, in the order of their chains' numbers, then of the
/// join unless nothing was joint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bundle {
	/// The block.
	pub number: BlockNumber,
	/// What is proven, and the proof.
	pub proofs: Vec<(Part, [u8; PROOF_BYTES])>,
}

/// What stands for the join where a chain's number would stand; chains begin at 1.
const JOIN: u8 = 0;
/// Number of the block, and of the proofs.
const HEAD: usize = 8 + 1;

/// Why bytes are no bundle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BundleError {
	/// They are too many or too few.
	#[error("a bundle of {expected} bytes was expected, there are {found}")]
	Length {
		/// What the first bytes say.
		expected: usize,
		/// What there is.
		found: usize,
	},
	/// More proofs than a block can have.
	#[error("a block has at most {most} proofs, not {0}", most = MAX_CHAINS + 1)]
	TooMany(u8),
	/// Some part comes twice or in the wrong place.
	#[error("the parts of a bundle are chains in ascending order and then the join")]
	Order,
}

impl Bundle {
	/// `number: u64 ‖ count: u8 ‖ count × (chain: u8, 0 for the join ‖ proof)`, little-endian.
	pub fn to_bytes(&self) -> Vec<u8> {
		let mut bytes = self.number.0.to_le_bytes().to_vec();
		bytes.push(self.proofs.len() as u8);
		for (part, proof) in &self.proofs {
			bytes.push(match part {
				Part::Half(chain) => chain.0,
				Part::Join => JOIN,
			});
			bytes.extend(proof);
		}
		bytes
	}

	/// Reads what [`to_bytes`](Self::to_bytes) wrote. Whether the proofs are any is not looked at.
	///
	/// # Errors
	///
	/// If the bytes are anything else.
	pub fn from_bytes(bytes: &[u8]) -> Result<Self, BundleError> {
		let length = |expected| BundleError::Length { expected, found: bytes.len() };
		let (number, rest) = bytes.split_first_chunk().ok_or(length(HEAD))?;
		let (count, rest) = rest.split_first().ok_or(length(HEAD))?;
		if usize::from(*count) > MAX_CHAINS + 1 {
			return Err(BundleError::TooMany(*count));
		}
		let (entries, rest) = rest.as_chunks::<{ 1 + PROOF_BYTES }>();
		if entries.len() != usize::from(*count) || !rest.is_empty() {
			return Err(length(HEAD + usize::from(*count) * (1 + PROOF_BYTES)));
		}
		let proofs: Vec<_> = entries
			.iter()
			.map(|[part, proof @ ..]| {
				let part = if *part == JOIN { Part::Join } else { Part::Half(ChainId(*part)) };
				(part, *proof)
			})
			.collect();
		if !proofs.is_sorted_by(|(one, _), (next, _)| one < next) {
			return Err(BundleError::Order);
		}
		Ok(Self { number: BlockNumber(u64::from_le_bytes(*number)), proofs })
	}

	/// The proof of a part.
	pub fn proof(&self, part: Part) -> Option<&[u8; PROOF_BYTES]> {
		self.proofs.iter().find(|(other, _)| *other == part).map(|(_, proof)| proof)
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	fn bundle() -> Bundle {
		let parts = [Part::Half(ChainId(1)), Part::Half(ChainId(3)), Part::Join];
		let proofs = parts.into_iter().zip(0u8..).map(|(part, i)| (part, [i; PROOF_BYTES]));
		Bundle { number: BlockNumber(1 << 40), proofs: proofs.collect() }
	}

	#[test]
	fn bundle_should_come_back_from_its_bytes() {
		let empty = Bundle { number: BlockNumber(0), proofs: Vec::new() };
		for bundle in [bundle(), empty] {
			assert_eq!(Bundle::from_bytes(&bundle.to_bytes()), Ok(bundle));
		}
		assert_eq!(bundle().proof(Part::Join), Some(&[2; PROOF_BYTES]));
		assert_eq!(bundle().proof(Part::Half(ChainId(2))), None);
	}

	#[test]
	fn bytes_that_are_no_bundle_should_be_refused() {
		let bytes = bundle().to_bytes();
		for length in 0..bytes.len() {
			let error = Bundle::from_bytes(&bytes[..length]);
			assert!(matches!(error, Err(BundleError::Length { .. })), "{length} bytes");
		}
		let longer = [&bytes[..], &[0]].concat();
		assert!(matches!(Bundle::from_bytes(&longer), Err(BundleError::Length { .. })));

		let mut many = bytes.clone();
		many[8] = 6;
		assert_eq!(Bundle::from_bytes(&many), Err(BundleError::TooMany(6)));

		// Twice the same part, or the join first.
		for first in [3, 4, JOIN] {
			let mut disorder = bytes.clone();
			disorder[HEAD] = first;
			assert_eq!(Bundle::from_bytes(&disorder), Err(BundleError::Order));
		}
	}
}
