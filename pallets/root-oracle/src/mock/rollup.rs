// SPDX-License-Identifier: Apache-2.0

//! A small rollup: it keeps the rules about messages of oracles, and nothing else of a rollup.

use polkadot_sdk::*;

use codec::{Decode, Encode};
use frame_support::{ensure, weights::Weight};
use ligature_primitives::{
	header::{Digest, Header},
	ids::{BlockNumber, ChainId},
	vote::{VoteKind, VoteMessage},
};
use pallet_rollup::{
	BlockStatus, Counters, NetworkIdentity, Stage,
	traits::{Lifecycle, Settlement},
};
use sp_runtime::{DispatchError, DispatchResult};

use super::NOTICE;

/// Weight of certifying a block; other kinds weigh twice as much.
pub const CERTIFY: Weight = Weight::from_parts(10_000, 0);

/// What the rollup knows.
#[derive(Clone, Default, Encode, Decode)]
pub struct State {
	pub identity: Option<NetworkIdentity>,
	pub counters: Counters,
	pub in_exodus: bool,
	pub exits_open: bool,
	pub freeze: Option<BlockNumber>,
	/// Headers of blocks 1, 2, …
	pub headers: Vec<Header>,
	pub refusals: Vec<(BlockNumber, Digest)>,
	/// The block that another chain shall never prove.
	pub halted: Option<(BlockNumber, Digest)>,
}

#[frame_support::storage_alias]
type Rollup = StorageValue<RollupDouble, State, frame_support::pallet_prelude::ValueQuery>;

/// The rollup.
pub struct RollupDouble;

fn refuse_if(condition: bool, reason: &'static str) -> DispatchResult {
	ensure!(!condition, DispatchError::Other(reason));
	Ok(())
}

impl State {
	fn header(&self, number: BlockNumber) -> Result<&Header, DispatchError> {
		let index = (number.0 as usize).checked_sub(1);
		let header = index.and_then(|index| self.headers.get(index));
		header.ok_or(DispatchError::Other("UnknownBlock"))
	}

	fn freeze_at(&mut self, expected: VoteMessage, message: &VoteMessage) -> DispatchResult {
		refuse_if(*message != expected, "WrongMessage")?;
		refuse_if(self.freeze.is_some(), "AlreadyFrozen")?;
		refuse_if(message.number < self.counters.certified, "FreezeTooLow")?;
		refuse_if(message.number > self.counters.proven, "NotProven")?;
		self.in_exodus = true;
		self.freeze = Some(message.number);
		self.headers.truncate(message.number.0 as usize);
		for counter in
			[&mut self.counters.committed, &mut self.counters.proven, &mut self.counters.certified]
		{
			*counter = message.number;
		}
		Ok(())
	}
}

impl RollupDouble {
	/// Changes what the rollup knows.
	pub fn set(change: impl FnOnce(&mut State)) {
		Rollup::mutate(change);
	}

	/// What the rollup knows.
	pub fn get() -> State {
		Rollup::get()
	}

	/// The next block is committed and proven.
	pub fn prove(header: Header) -> DispatchResult {
		Rollup::try_mutate(|state| {
			refuse_if(state.in_exodus, "InExodus")?;
			refuse_if(header.number.0 != state.headers.len() as u64 + 1, "WrongNumber")?;
			let barred = state.refusals.contains(&(header.number, header.hash()));
			refuse_if(barred, "BlockIsRefused")?;
			state.counters.committed = header.number;
			state.counters.proven = header.number;
			state.headers.push(header);
			Ok(())
		})
	}

	fn identified(state: &State) -> &NetworkIdentity {
		state.identity.as_ref().expect("messages are settled in a network only")
	}
}

impl Settlement for RollupDouble {
	fn status(number: BlockNumber) -> Option<BlockStatus> {
		let state = Rollup::get();
		let header = state.header(number).ok()?.clone();
		let hash = header.hash();
		let counters = state.counters;
		let stage = [
			(counters.executed, Stage::Executed),
			(counters.certified, Stage::Certified),
			(counters.proven, Stage::Proven),
		];
		let reached = stage.into_iter().find(|(last, _)| number <= *last);
		Some(BlockStatus {
			refused: state.refusals.contains(&(number, hash)),
			stage: reached.map_or(Stage::Committed, |(_, stage)| stage),
			header,
			hash,
		})
	}

	fn certify(message: &VoteMessage) -> DispatchResult {
		Rollup::try_mutate(|state| {
			let expected = VoteMessage::block(state.header(message.number)?);
			refuse_if(*message != expected, "WrongMessage")?;
			refuse_if(state.freeze.is_some(), "AlreadyFrozen")?;
			let next = state.counters.certified.0 + 1;
			refuse_if(message.number.0 != next, "NotNextToCertify")?;
			refuse_if(message.number > state.counters.proven, "NotProven")?;
			state.counters.certified = message.number;
			Ok(())
		})
	}

	fn refuse(message: &VoteMessage) -> DispatchResult {
		Rollup::try_mutate(|state| {
			refuse_if(message.chain != Self::identified(state).chain, "WrongMessage")?;
			refuse_if(message.number <= state.counters.proven, "AlreadyProven")?;
			state.refusals.push((message.number, message.hash));
			Ok(())
		})
	}

	fn refused(message: &VoteMessage) -> DispatchResult {
		Rollup::try_mutate(|state| {
			refuse_if(message.chain == Self::identified(state).chain, "WrongMessage")?;
			refuse_if(message.number <= state.counters.certified, "AlreadyCertified")?;
			let header = state.header(message.number)?;
			refuse_if(header.hash() != message.hash, "WrongBlock")?;
			state.halted = Some((message.number, message.hash));
			Ok(())
		})
	}

	fn freeze(message: &VoteMessage) -> DispatchResult {
		Rollup::try_mutate(|state| {
			refuse_if(!Self::identified(state).is_first(), "NotFirstChain")?;
			let header = state.header(message.number)?;
			state.freeze_at(VoteMessage::about(VoteKind::Freeze, ChainId(0), header), message)
		})
	}

	fn frozen(message: &VoteMessage) -> DispatchResult {
		Rollup::try_mutate(|state| {
			refuse_if(Self::identified(state).is_first(), "WrongMessage")?;
			let first = Self::identified(state).chains[0];
			let header = state.header(message.number)?;
			state.freeze_at(VoteMessage::about(VoteKind::Frozen, first, header), message)
		})
	}

	fn settlement_weight(kind: VoteKind) -> Weight {
		if kind == VoteKind::Block { CERTIFY } else { CERTIFY.saturating_mul(2) }
	}
}

impl Lifecycle<u64> for RollupDouble {
	fn identity() -> Option<NetworkIdentity> {
		Rollup::get().identity
	}

	fn counters() -> Counters {
		Rollup::get().counters
	}

	fn in_exodus() -> bool {
		Rollup::get().in_exodus
	}

	fn exits_open() -> bool {
		Rollup::get().exits_open
	}

	fn notice() -> u64 {
		NOTICE
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn open_for_benchmarks() {
		Self::set(|state| {
			state.identity.get_or_insert_with(|| NetworkIdentity {
				network: super::NETWORK,
				chain: ChainId(1),
				chains: vec![ChainId(1), ChainId(2)].try_into().expect("two"),
			});
		});
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn end_for_benchmarks() {
		Self::set(|state| {
			state.in_exodus = true;
			state.exits_open = true;
		});
	}
}
