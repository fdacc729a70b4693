// SPDX-License-Identifier: Apache-2.0

//! What one finalized block of a chain says: plain values, so that every check is a function of them.

use ligature_chain::{AccountId, Epoch, Event, Head, Key, Posted, Request, RollupEvent, Status};
use ligature_primitives::{
	header::Digest,
	ids::{BlockNumber, ChainId, TokenId},
};
use std::collections::BTreeMap;

/// A finalized block of a chain.
#[derive(Clone, Debug, PartialEq)]
pub struct Page {
	/// Which chain.
	pub chain: ChainId,
	/// Which block.
	pub head: Head,
	/// Its time, in seconds since 1970.
	pub time: u64,
	/// What happened, in order.
	pub happened: Vec<Happened>,
	/// What its extrinsics post of blocks of the rollup, by their places.
	pub posted: BTreeMap<u32, Posted>,
	/// What the chain knows after it; not read where nothing has happened.
	pub look: Option<Look>,
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq)]
pub struct Happened {
	/// The extrinsic that did it; none: the block itself.
	pub extrinsic: Option<u32>,
	/// What.
	pub what: Occurrence,
}

/// What can happen that an auditor cares for.
#[derive(Clone, Debug, PartialEq)]
pub enum Occurrence {
	/// To the rollup.
	Rollup(RollupEvent),
	/// Others commit blocks.
	Operators,
	/// Somebody else may halt.
	Guardian,
	/// Code is announced.
	Code {
		/// Its hash.
		hash: Digest,
		/// From this block on it may become the runtime.
		usable_from: u32,
	},
	/// A verifying key is registered.
	Key {
		/// The version of the circuits.
		version: u16,
		/// Its digest.
		digest: Digest,
		/// From this block on it can be used.
		usable_from: u32,
	},
	/// A verifying key is retired.
	KeyRetired {
		/// The version of the circuits.
		version: u16,
	},
	/// An epoch of oracles is scheduled.
	Epoch {
		/// Its number.
		epoch: u32,
		/// The first block that its members certify.
		first_block: BlockNumber,
		/// From this block of the chain on blocks may use it.
		usable_from: u32,
	},
	/// A scheduled epoch will not be.
	EpochWithdrawn {
		/// Its number.
		epoch: u32,
	},
	/// An oracle has lost its bond.
	Slashed {
		/// Its key.
		key: [u8; 32],
	},
}

impl Occurrence {
	/// What an event says, if an auditor cares for it.
	pub fn of(event: &Event) -> Option<Self> {
		if let Some(known) = event.rollup() {
			return Some(Self::Rollup(known));
		}
		let small = |name| event.number(name)?.try_into().ok();
		let version = || event.number("version")?.try_into().ok();
		Some(match (&*event.pallet, &*event.name) {
			("Rollup", "OperatorsSet") => Self::Operators,
			("Rollup", "GuardianSet") => Self::Guardian,
			("Rollup", "CodeAnnounced") => {
				Self::Code { hash: event.bytes32("code_hash")?, usable_from: small("usable_from")? }
			},
			("ProofVerifier", "KeyRegistered") => Self::Key {
				version: version()?,
				digest: event.bytes32("digest")?,
				usable_from: small("usable_from")?,
			},
			("ProofVerifier", "KeyRetired") => Self::KeyRetired { version: version()? },
			("RootOracle", "EpochScheduled") => Self::Epoch {
				epoch: small("epoch")?,
				first_block: BlockNumber(event.number("first_block")?.try_into().ok()?),
				usable_from: small("usable_from")?,
			},
			("RootOracle", "EpochWithdrawn") => Self::EpochWithdrawn { epoch: small("epoch")? },
			("RootOracle", "MemberSlashed") => Self::Slashed { key: event.bytes32("key")? },
			_ => return None,
		})
	}
}

/// What custody owes and holds of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fund {
	/// The token.
	pub token: TokenId,
	/// What the chain says that it owes.
	pub owed: u128,
	/// What it holds.
	pub held: u128,
}

/// What a chain knows after a block.
#[derive(Clone, Debug, PartialEq)]
pub struct Look {
	/// Where the rollup stands.
	pub status: Status,
	/// The funds.
	pub funds: Vec<Fund>,
	/// The requests that no executed block has consumed.
	pub requests: Vec<(u64, Request)>,
	/// The verifying keys, where they may have changed.
	pub keys: Option<Vec<Key>>,
	/// The epochs of oracles, where they may have changed.
	pub epochs: Option<Vec<Epoch>>,
	/// Who commits blocks, where it has changed.
	pub operators: Option<Vec<AccountId>>,
	/// Who may halt, where it has changed.
	pub guardian: Option<Option<AccountId>>,
}
