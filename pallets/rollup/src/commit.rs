// SPDX-License-Identifier: Apache-2.0

//! Commit: a block's header and this chain's public data (section 12.2 of `docs/protocol.md`).
//!
//! The chain checks what only it knows: that the data is what the header commits to, that the requests
//! served are the next ones of its queue, that its clock agrees. What the data does to the state is
//! left to the proofs, and what happens on other chains to these and the oracles.

use polkadot_sdk::*;

use alloc::{collections::BTreeSet, vec::Vec};
use frame_support::{
	dispatch::{DispatchResultWithPostInfo, Pays, PostDispatchInfo},
	ensure,
	traits::{Get, UnixTime},
	weights::Weight,
};
use frame_system::pallet_prelude::BlockNumberFor;
use ligature_primitives::{
	constants::SizeClass,
	header::{ChainHeader, Digest, Header},
	op::Half,
	pubdata::{PublicData, UnservedData},
};
use sp_runtime::DispatchError;

use crate::{
	Blocks, Config, Effects, Error, Event, LOG_TARGET, NetworkIdentity, Pallet, Pending,
	PriorityQueue, Progress, Queue, Refusals, Requests, RevertEpoch, StoredBlock, Tokens,
	TopLevelCommit, WeightInfo,
	queue::may_create,
	traits::{OracleEpochs, ProofVerification},
};

/// How far a block's time may be ahead of this chain's clock, in seconds.
pub(crate) const MAX_AHEAD: u64 = 60;

/// How far a block's time may be behind this chain's clock, in seconds.
pub(crate) const MAX_BEHIND: u64 = 3_600;

/// Public data whose requests are the queue's next ones, the queue after them, and how many of them could have created
/// an account.
type Served<T> = (PublicData, Queue<BlockNumberFor<T>>, u32);

impl<T: Config> Pallet<T> {
	/// Weight of a commit: hashing the public data costs by size class, and each request has to be
	/// read. The largest half of the header stands for this chain's; what is too much comes back.
	pub fn commit_weight(header: &Header) -> Weight {
		let class = header.chains.iter().map(|part| part.size_class).max();
		let requests = header.chains.iter().map(|part| part.priority_count).max();
		Self::commit_weight_of(
			class.unwrap_or(SizeClass::EMPTY),
			requests.unwrap_or_default().into(),
		)
	}

	/// Weight of a commit whose own half has this class and so many requests.
	pub fn commit_weight_of(class: SizeClass, requests: u32) -> Weight {
		let own = match class.get() {
			0 => T::WeightInfo::commit_block_0(),
			1 => T::WeightInfo::commit_block_1(requests),
			2 => T::WeightInfo::commit_block_2(requests),
			3 => T::WeightInfo::commit_block_3(requests),
			// There is none above it.
			_ => T::WeightInfo::commit_block_4(requests),
		};
		own.saturating_add(T::Proofs::keys_digest_weight())
			.saturating_add(T::Oracle::epoch_of_weight())
	}

	/// Commits a block.
	pub(crate) fn do_commit_block(
		operator: &T::AccountId,
		header: Header,
		bytes: &[u8],
	) -> DispatchResultWithPostInfo {
		Self::ensure_running()?;
		let (identity, chain_list_hash) = Self::ensure_open()?;
		Self::ensure_turn(operator, header.number)?;
		let extrinsic = TopLevelCommit::<T>::take().ok_or(Error::<T>::NotTopLevel)?;
		let current = frame_system::Pallet::<T>::extrinsic_index();
		ensure!(current == Some(extrinsic), Error::<T>::NotTopLevel);
		let progress = Progress::<T>::get();
		let open = progress.committed.0.saturating_sub(progress.executed.0);
		ensure!(open < T::MaxOpenBlocks::get().into(), Error::<T>::TooManyOpenBlocks);

		let parent = Blocks::<T>::get(progress.committed).ok_or(Error::<T>::UnknownBlock)?;
		Self::check_header(&header, &parent.header, parent.hash, &identity, chain_list_hash)?;
		let hash = header.hash();
		let refused = Refusals::<T>::contains_key(header.number, hash);
		ensure!(!refused, Error::<T>::BlockIsRefused);
		let own = header.chain(identity.chain).map_err(Error::<T>::from)?;
		let data = Self::check_data(own, bytes)?;
		let (data, queue, creating) = Self::check_served(own, data)?;
		let effects = Self::effects(&data)?;

		let number = header.number;
		let weight = Self::commit_weight_of(own.size_class, own.priority_count.into());
		let block = frame_system::Pallet::<T>::block_number();
		let stored =
			StoredBlock { header, hash, committed_at: block, certified_at: None, creating };
		Blocks::<T>::insert(number, stored);
		Pending::<T>::insert(number, effects);
		PriorityQueue::<T>::put(queue);
		Progress::<T>::mutate(|progress| progress.committed = number);
		Self::deposit_event(Event::BlockCommitted { number, hash, block, extrinsic });
		Ok(PostDispatchInfo { actual_weight: Some(weight), pays_fee: Pays::No })
	}

	/// Everything about the header that needs no public data.
	fn check_header(
		header: &Header,
		parent: &Header,
		parent_hash: Digest,
		identity: &NetworkIdentity,
		chain_list_hash: Digest,
	) -> Result<(), DispatchError> {
		ensure!(
			header.network == identity.network
				&& header.chain_list_hash == chain_list_hash
				&& header.chains.iter().map(|part| part.chain).eq(identity.chains.iter().copied()),
			Error::<T>::WrongNetwork
		);
		ensure!(parent.number.0.checked_add(1) == Some(header.number.0), Error::<T>::WrongNumber);
		ensure!(header.parent == parent_hash, Error::<T>::WrongParent);
		ensure!(header.revert_epoch == RevertEpoch::<T>::get(), Error::<T>::WrongRevertEpoch);
		let oracles = T::Oracle::epoch_of(header.number)?;
		ensure!(
			(header.oracle_epoch, header.member_set_hash) == oracles,
			Error::<T>::WrongOracleEpoch
		);
		Self::check_time(header, parent)?;
		let classes: Vec<_> = header.chains.iter().map(|part| part.size_class).collect();
		let digest = T::Proofs::keys_digest(header.circuit_version, header.join_class, &classes)?;
		ensure!(header.keys_digest == digest, Error::<T>::UnknownKeys);
		let continues = header.chains.iter().zip(&parent.chains).all(|(part, before)| {
			(part.old_root, part.old_next) == (before.new_root, before.new_next)
				&& part.new_next >= part.old_next
		});
		ensure!(continues, Error::<T>::OldStateMismatch);
		header.check_empty().map_err(Error::<T>::from)?;
		Ok(())
	}

	/// The block's time against its parent's and this chain's clock.
	fn check_time(header: &Header, parent: &Header) -> Result<(), Error<T>> {
		let (time, now) = (header.timestamp.get(), T::Time::now().as_secs());
		ensure!(time >= parent.timestamp.get(), Error::TimestampOrder);
		ensure!(time <= now.saturating_add(MAX_AHEAD), Error::TimestampTooLate);
		ensure!(time >= now.saturating_sub(MAX_BEHIND), Error::TimestampTooEarly);
		Ok(())
	}

	/// The public data: what the header commits to, of this length, in the one form there is. Keys are
	/// still any bytes: [`Self::check_served`] compares them with those that the door has checked.
	fn check_data(own: &ChainHeader, bytes: &[u8]) -> Result<UnservedData, Error<T>> {
		ensure!(u32::try_from(bytes.len()) == Ok(own.data_length), Error::DataLength);
		let data = UnservedData::decode_located(bytes, own.size_class).map_err(|malformed| {
			log::debug!(target: LOG_TARGET, "public data refused: {malformed}");
			Error::MalformedPublicData
		})?;
		// Only bytes that are no point have no word.
		let commitment = data.commitment(own.size_class).map_err(|refusal| {
			log::debug!(target: LOG_TARGET, "public data refused: {refusal}");
			Error::MalformedPublicData
		})?;
		ensure!(commitment == own.data_commitment, Error::CommitmentMismatch);
		// No proof is there yet. A next index that the data does not account for would be believed by
		// the door of the queue.
		let created = data.halves().iter().filter(|half| half.creates()).count();
		ensure!(
			u32::try_from(created).ok().and_then(|created| own.old_next.checked_add(created))
				== Some(own.new_next),
			Error::OldStateMismatch
		);
		Ok(data)
	}

	/// The requests that the block serves: the next ones, in their order, content by content. Gives back
	/// the data, the queue after them, and how many of them could have created an account.
	fn check_served(own: &ChainHeader, data: UnservedData) -> Result<Served<T>, Error<T>> {
		let serving = data.halves().iter().filter(|half| half.is_priority()).count();
		// The weight was paid by the header's count.
		ensure!(serving == usize::from(own.priority_count), Error::PriorityMismatch);
		let mut queue = PriorityQueue::<T>::get();
		let before = queue.creating;
		let data = data.served(|half| {
			let index = queue.committed;
			// Whatever is queued has passed the door: a half with the same key has a valid one.
			let request = Requests::<T>::get(index).ok_or(Error::<T>::PriorityMissing)?.request;
			ensure!(request.matches(half), Error::<T>::PriorityMismatch);
			queue.committed = index.checked_add(1).ok_or(Error::<T>::Arithmetic)?;
			let left = queue.creating.checked_sub(may_create(&request).into());
			queue.creating = left.ok_or(Error::<T>::Arithmetic)?;
			Ok::<_, Error<T>>(())
		})?;
		Ok((data, queue, before - queue.creating))
	}

	/// What executing the block will do.
	fn effects(data: &PublicData) -> Result<Effects, Error<T>> {
		let payments: Vec<_> = data.halves.iter().filter_map(Half::payment).collect();
		let tokens: BTreeSet<_> = payments.iter().map(|payment| payment.token).collect();
		let known = tokens.into_iter().all(Tokens::<T>::contains_key);
		ensure!(known, Error::UnknownToken);
		let payments = payments.into_iter().filter(|payment| !payment.amount.is_zero());
		let created = data.halves.iter().filter_map(|half| match half {
			Half::CreatePool(half) => Some(half.slot),
			_ => None,
		});
		// The bounds are those of the largest size class, which the data has passed.
		Ok(Effects {
			payments: payments.collect::<Vec<_>>().try_into().map_err(|_| Error::Arithmetic)?,
			created: created.collect::<Vec<_>>().try_into().map_err(|_| Error::Arithmetic)?,
			registers: data.registers.clone().try_into().map_err(|_| Error::Arithmetic)?,
		})
	}
}
