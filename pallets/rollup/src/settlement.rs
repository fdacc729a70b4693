// SPDX-License-Identifier: Apache-2.0

//! What the rollup tells its neighbours, and what it takes from the oracles (sections 12.4 and 12.5 of
//! `docs/protocol.md`).
//!
//! The oracle pallet has checked that more than two thirds of the members signed a message, under the
//! epoch that this chain has for the block's number. Here it is compared, whole, with what this chain
//! knows: a message about a block that is stored must be the one that follows from the stored header,
//! so that nothing is ever confirmed by its number alone.
//!
//! | message | holds | refused |
//! |---|---|---|
//! | block | for the next proven block; in a halt too, since it only says what is true | once a freeze block is fixed |
//! | refuse | for a block above the certified ones that is not proven here, known or not | in exodus |
//! | refused | for a block that is stored and not certified | in exodus |
//! | freeze | on the first chain, for a proven block that is not below a certified one, once | elsewhere |
//! | frozen | on the others, likewise | on the first chain |

use polkadot_sdk::*;

use frame_support::{ensure, pallet_prelude::DispatchResult, weights::Weight};
use frame_system::pallet_prelude::BlockNumberFor;
use ligature_primitives::{
	ids::{BlockNumber, ChainId},
	poseidon::Word,
	vote::{VoteKind, VoteMessage},
};
use sp_runtime::traits::{Get, Zero};

use crate::{
	BlockStatus, Blocks, Config, Counters, Error, Event, ExodusState, Identity, NetworkIdentity,
	Pallet, Periods, Progress, Refusals, RefusedBlock, Stage, StoredBlock, WeightInfo,
	traits::{Lifecycle, Settlement},
};

impl<T: Config> Lifecycle<BlockNumberFor<T>> for Pallet<T> {
	fn identity() -> Option<NetworkIdentity> {
		Identity::<T>::get()
	}

	fn counters() -> Counters {
		Progress::<T>::get()
	}

	fn in_exodus() -> bool {
		ExodusState::<T>::exists()
	}

	fn exits_open() -> bool {
		Self::freeze_block() == Some(Progress::<T>::get().executed)
	}

	fn notice() -> BlockNumberFor<T> {
		// A chain without periods belongs to no network: nobody has anything to leave with.
		Periods::<T>::get().map_or_else(Zero::zero, |periods| periods.notice)
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn open_for_benchmarks() {
		use frame_support::traits::fungible::{Inspect, Mutate};
		use ligature_primitives::ids::NetworkId;

		use crate::{ChainListHash, Parameters};

		if !Identity::<T>::exists() {
			let chains = alloc::vec![ChainId(1), ChainId(2)];
			let chains = chains.try_into().expect("two chains are within the bound; qed");
			Identity::<T>::put(NetworkIdentity {
				network: NetworkId(1),
				chain: ChainId(1),
				chains,
			});
		}
		if !Periods::<T>::exists() {
			let blocks = |count: u32| BlockNumberFor::<T>::from(count);
			Periods::<T>::put(Parameters {
				expiry: blocks(100),
				service_interval: blocks(1),
				execute_grace: blocks(10),
				turn_grace: blocks(10),
				exodus_timeout: blocks(50),
				exit_time: blocks(100),
				notice: blocks(201),
			});
		}
		if !ChainListHash::<T>::exists() {
			let identity = Identity::<T>::get().expect("put above; qed");
			let minimum = T::NativeToken::minimum_balance();
			T::NativeToken::mint_into(&Self::custody_account(), minimum)
				.expect("the existential deposit can be minted; qed");
			let genesis = frame_system::Pallet::<T>::block_hash(BlockNumberFor::<T>::zero());
			let own = genesis.as_ref().try_into().expect("block hashes have 32 bytes; qed");
			let hashes = identity
				.chains
				.iter()
				.map(|chain| if *chain == identity.chain { own } else { [chain.0; 32] });
			let hashes = hashes.collect::<alloc::vec::Vec<_>>();
			let hashes = hashes.try_into().expect("as many as chains; qed");
			Self::do_open_network(hashes).expect("the network is not open; qed");
		}
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn end_for_benchmarks() {
		Self::open_for_benchmarks();
		if !ExodusState::<T>::exists() {
			Self::fix_freeze(Progress::<T>::get().certified)
				.expect("the certified block is remembered; qed");
		}
	}
}

impl<T: Config> Settlement for Pallet<T> {
	fn status(number: BlockNumber) -> Option<BlockStatus> {
		Self::status_of(number)
	}

	fn certify(message: &VoteMessage) -> DispatchResult {
		ensure!(Self::freeze_block().is_none(), Error::<T>::AlreadyFrozen);
		let (number, counters) = (message.number, Progress::<T>::get());
		ensure!(
			counters.certified.0.checked_add(1) == Some(number.0),
			Error::<T>::NotNextToCertify
		);
		ensure!(number <= counters.proven, Error::<T>::NotProven);
		let block = Self::block_of(message)?;
		ensure!(*message == VoteMessage::block(&block.header), Error::<T>::WrongMessage);
		// Of a certificate and a refusal of one block, which more than a third of the members must have
		// signed both, a chain takes the first only: either it reverts the block or it pays.
		let refused = Self::refused_block().is_some_and(|refused| refused.number <= number);
		ensure!(!refused, Error::<T>::BlockIsRefused);

		Self::certify_up_to(number);
		Self::deposit_event(Event::BlockCertified { number, hash: block.hash });
		Ok(())
	}

	fn refuse(message: &VoteMessage) -> DispatchResult {
		Self::ensure_not_in_exodus()?;
		let identity = Identity::<T>::get().ok_or(Error::<T>::NoNetwork)?;
		let (number, hash, counters) = (message.number, message.hash, Progress::<T>::get());
		ensure!(number > counters.certified, Error::<T>::AlreadyCertified);
		let window = counters.committed.0.saturating_add(T::MaxOpenBlocks::get().into());
		ensure!(number.0 <= window, Error::<T>::UnknownBlock);
		ensure!(!Refusals::<T>::contains_key(number, hash), Error::<T>::BlockIsRefused);
		// The block may be one that this chain has never seen, because it could not take it: then
		// only the message's own fields can be compared.
		let expected = match Blocks::<T>::get(number).filter(|block| block.hash == hash) {
			Some(block) => {
				ensure!(number > counters.proven, Error::<T>::AlreadyProven);
				VoteMessage::about(VoteKind::Refuse, identity.chain, &block.header)
			},
			None => VoteMessage {
				kind: VoteKind::Refuse,
				network: identity.network,
				chain: identity.chain,
				old_final_root: Word::default(),
				new_final_root: Word::default(),
				..message.clone()
			},
		};
		ensure!(*message == expected, Error::<T>::WrongMessage);

		Refusals::<T>::insert(number, hash, ());
		Self::deposit_event(Event::BlockRefused { number, hash });
		Ok(())
	}

	fn refused(message: &VoteMessage) -> DispatchResult {
		Self::ensure_not_in_exodus()?;
		let identity = Identity::<T>::get().ok_or(Error::<T>::NoNetwork)?;
		let VoteMessage { chain, number, hash, .. } = *message;
		let other = chain != identity.chain && identity.chains.contains(&chain);
		ensure!(other, Error::<T>::WrongMessage);
		ensure!(number > Progress::<T>::get().certified, Error::<T>::AlreadyCertified);
		let block = Self::block_of(message)?;
		let expected = VoteMessage::about(VoteKind::Refused, chain, &block.header);
		ensure!(*message == expected, Error::<T>::WrongMessage);

		Self::halt_for_refusal(RefusedBlock { chain, number, hash })
	}

	fn freeze(message: &VoteMessage) -> DispatchResult {
		let identity = Identity::<T>::get().ok_or(Error::<T>::NoNetwork)?;
		ensure!(identity.is_first(), Error::<T>::NotFirstChain);
		Self::freeze_at(message, VoteKind::Freeze, ChainId(0))
	}

	fn frozen(message: &VoteMessage) -> DispatchResult {
		let identity = Identity::<T>::get().ok_or(Error::<T>::NoNetwork)?;
		// What the first chain has fixed, it needs not be told.
		ensure!(!identity.is_first(), Error::<T>::WrongMessage);
		let first = *identity.chains.first().ok_or(Error::<T>::NoNetwork)?;
		Self::freeze_at(message, VoteKind::Frozen, first)
	}

	fn settlement_weight(kind: VoteKind) -> Weight {
		match kind {
			VoteKind::Block => T::WeightInfo::certify(),
			VoteKind::Refuse => T::WeightInfo::refuse(),
			VoteKind::Refused => T::WeightInfo::refused(),
			VoteKind::Freeze | VoteKind::Frozen => T::WeightInfo::freeze(T::MaxOpenBlocks::get()),
		}
	}
}

impl<T: Config> Pallet<T> {
	/// What this chain knows about a block, while it remembers it.
	pub fn status_of(number: BlockNumber) -> Option<BlockStatus> {
		let StoredBlock { header, hash, .. } = Blocks::<T>::get(number)?;
		let counters = Progress::<T>::get();
		let stage = if number <= counters.executed {
			Stage::Executed
		} else if number <= counters.certified {
			Stage::Certified
		} else if number <= counters.proven {
			Stage::Proven
		} else {
			Stage::Committed
		};
		let refused = Refusals::<T>::contains_key(number, hash);
		Some(BlockStatus { header, hash, stage, refused })
	}

	/// Counts the blocks up to a proven one as certified from now on.
	pub(crate) fn certify_up_to(number: BlockNumber) {
		let before =
			Progress::<T>::mutate(|counters| core::mem::replace(&mut counters.certified, number));
		for certified in before.0.saturating_add(1)..=number.0 {
			Blocks::<T>::mutate(BlockNumber(certified), |block| {
				if let Some(block) = block {
					block.certified_at = Some(Self::now());
				}
			});
		}
	}

	/// The stored block that a message names. [`Error::UnknownBlock`], [`Error::WrongBlock`].
	fn block_of(message: &VoteMessage) -> Result<StoredBlock<BlockNumberFor<T>>, Error<T>> {
		let block = Blocks::<T>::get(message.number).ok_or(Error::<T>::UnknownBlock)?;
		ensure!(block.hash == message.hash, Error::<T>::WrongBlock);
		Ok(block)
	}

	/// Fixes the freeze block that a message of this kind about this chain names.
	fn freeze_at(message: &VoteMessage, kind: VoteKind, chain: ChainId) -> DispatchResult {
		ensure!(Self::freeze_block().is_none(), Error::<T>::AlreadyFrozen);
		let counters = Progress::<T>::get();
		ensure!(message.number >= counters.certified, Error::<T>::FreezeTooLow);
		ensure!(message.number <= counters.proven, Error::<T>::NotProven);
		let block = Self::block_of(message)?;
		let expected = VoteMessage::about(kind, chain, &block.header);
		ensure!(*message == expected, Error::<T>::WrongMessage);
		Self::fix_freeze(message.number)
	}
}
