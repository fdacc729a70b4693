// SPDX-License-Identifier: Apache-2.0

//! What the pallet stores, and what its genesis says.

use polkadot_sdk::*;

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use ligature_primitives::{
	constants::{JoinClass, SizeClass},
	header::Digest,
	refusal::Refusal,
};
use pallet_rollup::CircuitId;
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};
use sp_core::Bytes;

use crate::development;

/// A verifying key for one public input, compressed: α, β, γ, δ, the number of input points in 8 bytes,
/// and two input points.
pub type KeyBytes = [u8; 48 + 3 * 96 + 8 + 2 * 48];

/// A prepared key for one public input: digest, e(α, β), and the points uncompressed.
pub type PreparedKeyBytes = [u8; 32 + 576 + 96 + 3 * 192 + 2 * 96];

/// Where a key comes from, and so what a proof under it is worth.
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
	Encode,
	Decode,
	DecodeWithMemTracking,
	TypeInfo,
	MaxEncodedLen,
)]
pub enum KeyOrigin {
	/// From secrets that stand in the source: everybody can forge proofs for it.
	Development,
	/// From elsewhere: as good as the ceremony that made it.
	Ceremony,
}

impl KeyOrigin {
	/// The origin of a key, by its points.
	pub fn of(key: &KeyBytes) -> Self {
		if development::is_development(key) { Self::Development } else { Self::Ceremony }
	}
}

/// What there is to know of a key.
#[derive(
	Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen,
)]
pub struct KeyInfo<L1Block> {
	/// Names it in the keys digest of headers.
	pub digest: Digest,
	/// Where it comes from.
	pub origin: KeyOrigin,
	/// From this block of the chain on it can be used.
	pub usable_from: L1Block,
	/// Whether no new block may use it.
	pub retired: bool,
}

/// A circuit as a chain specification writes it: `{"chain": 1}` or `{"join": 1}`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub enum GenesisCircuit {
	/// A chain's half of a block, in this size class.
	Chain(u8),
	/// The join, in this class.
	Join(u8),
}

impl TryFrom<GenesisCircuit> for CircuitId {
	type Error = Refusal;

	fn try_from(genesis: GenesisCircuit) -> Result<Self, Refusal> {
		match genesis {
			GenesisCircuit::Chain(class) => SizeClass::new(class).map(Self::Chain),
			GenesisCircuit::Join(class) => JoinClass::new(class).map(Self::Join),
		}
	}
}

/// A key as a chain specification writes it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GenesisKey {
	/// The version of the circuits.
	pub version: u16,
	/// The circuit.
	pub circuit: GenesisCircuit,
	/// [`KeyBytes`], in hexadecimal digits.
	pub key: Bytes,
}
