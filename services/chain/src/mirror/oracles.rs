// SPDX-License-Identifier: Apache-2.0

//! Oracles and verifying keys.

use super::{Mirror, mirror};
use crate::types;
use ligature_primitives::{
	constants::{JoinClass, SizeClass},
	ids::BlockNumber,
	refusal::Refusal,
};
use subxt::ext::{scale_decode::DecodeAsType, scale_encode::EncodeAsType};

mirror! {
	pub(crate) struct Votes { epoch: u32, signers: Vec<[u8; 32]>, others: Vec<[u8; 32]>, }
		-> types::Votes,
	|it| types::Votes { epoch: it.epoch, signers: it.signers, others: it.others }
}

mirror! {
	pub(crate) struct Epoch {
		number: u32,
		first_block: u64,
		usable_from: u32,
		hash: [u8; 32],
		ended: Option<u32>,
	} -> types::Epoch,
	|it| types::Epoch {
		number: it.number,
		first_block: BlockNumber(it.first_block),
		usable_from: it.usable_from,
		hash: it.hash,
		ended: it.ended,
		members: Vec::new(),
	}
}

/// What a verifying key is for: to read and to write.
#[derive(Clone, Copy, DecodeAsType, EncodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
#[encode_as_type(crate_path = "subxt::ext::scale_encode")]
pub(crate) enum CircuitId {
	Chain(u8),
	Join(u8),
}

impl From<types::Circuit> for CircuitId {
	fn from(circuit: types::Circuit) -> Self {
		match circuit {
			types::Circuit::Chain(class) => Self::Chain(class.get()),
			types::Circuit::Join(class) => Self::Join(class.get()),
		}
	}
}

impl Mirror for CircuitId {
	type Meaning = types::Circuit;

	fn meaning(self) -> Result<types::Circuit, Refusal> {
		match self {
			Self::Chain(class) => SizeClass::new(class).map(types::Circuit::Chain),
			Self::Join(class) => JoinClass::new(class).map(types::Circuit::Join),
		}
	}
}

#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub(crate) enum KeyOrigin {
	Development,
	Ceremony,
}

/// What a chain says of a verifying key.
#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub(crate) struct KeyInfo {
	pub digest: [u8; 32],
	pub origin: KeyOrigin,
	pub usable_from: u32,
	pub retired: bool,
}
