// SPDX-License-Identifier: Apache-2.0

//! What is wrong with payments, certificates and proofs.

use ligature_chain::AccountId;
use ligature_primitives::{ids::TokenId, refusal::Refusal};

/// A payment on a chain itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
	/// Who gets it.
	pub who: AccountId,
	/// The token.
	pub token: TokenId,
	/// How much.
	pub amount: u128,
}

/// What is wrong with a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CertificateFault {
	/// It is about something else than the block that was certified with it.
	#[error("it says something else than that this header is proven")]
	OtherMessage,
	/// The members that the chain names are not those of the header.
	#[error("the members that the chain has for its epoch are not those that the header names")]
	OtherMembers,
	/// Too few have signed, or a signature does not hold.
	#[error("{0}")]
	Refused(Refusal),
}

/// What is wrong with the proofs of a block.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProofFault {
	/// There are more or fewer than the header asks for.
	#[error("there are {found} proofs, and the header asks for {wanted}")]
	Count {
		/// Proofs there are.
		found: usize,
		/// Proofs there should be.
		wanted: usize,
	},
	/// The chain has no such key.
	#[error("the chain has no verifying key for proof {place}")]
	NoKey {
		/// Which proof, from 0.
		place: usize,
	},
	/// The header names other keys.
	#[error("the header names other verifying keys than the chain has")]
	OtherKeys,
	/// The bytes are no proof, or it does not hold.
	#[error("proof {place}: {reason}")]
	Proof {
		/// Which, from 0.
		place: usize,
		/// Why.
		reason: String,
	},
}

/// What could not be checked, as it stands in no extrinsic of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Evidence {
	/// The proofs of a block.
	Proofs,
	/// The certificate of a block.
	Certificate,
}
