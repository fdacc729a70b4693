// SPDX-License-Identifier: Apache-2.0

//! Certificates: from bytes to what the rollup acts on.

use polkadot_sdk::*;

use alloc::vec::Vec;
use frame_support::{
	BoundedVec, ensure,
	pallet_prelude::{DispatchResultWithPostInfo, Pays},
	traits::Get,
	weights::Weight,
};
use ligature_primitives::{
	ids::BlockNumber,
	refusal::Refusal,
	vote::{Certificate, MESSAGE_BYTES, VoteKind, VoteMessage},
};
use pallet_rollup::traits::{Lifecycle, Settlement};

use crate::{
	Certifiers, Config, EpochMembers, Error, Event, LOG_TARGET, MaxBitmapBytes, MemberKey, Pallet,
	Signers, Votes, WeightInfo, members::verifies, types::signatures_in,
};

/// What [`Call::submit_certificate`](crate::Call::submit_certificate) takes.
pub(crate) const BLOCK: &[VoteKind] = &[VoteKind::Block];

/// What [`Call::submit_refusal`](crate::Call::submit_refusal) takes.
pub(crate) const REFUSAL: &[VoteKind] = &[VoteKind::Refuse, VoteKind::Refused];

/// What [`Call::submit_freeze`](crate::Call::submit_freeze) takes.
pub(crate) const FREEZE: &[VoteKind] = &[VoteKind::Freeze, VoteKind::Frozen];

/// A certificate that more than two thirds of the block's members have signed.
pub(crate) struct Checked<T: Config> {
	/// What they signed.
	pub(crate) message: VoteMessage,
	/// Who they are.
	pub(crate) signers: Signers<MaxBitmapBytes<T>>,
}

impl<T: Config> Pallet<T> {
	/// Checks a certificate of one of these kinds and lets the rollup act on it.
	pub(crate) fn settle(
		relayer: T::AccountId,
		bytes: &[u8],
		kinds: &[VoteKind],
	) -> DispatchResultWithPostInfo {
		let Checked { message, signers } = Self::check_certificate(bytes, kinds)?;
		let event = Event::CertificateAccepted {
			kind: message.kind,
			chain: message.chain,
			number: message.number,
			hash: message.hash,
			epoch: signers.epoch,
			signers: signers.count(),
			relayer,
		};
		match message.kind {
			VoteKind::Block => {
				T::Rollup::certify(&message)?;
				Self::remember(message.number, signers);
			},
			VoteKind::Refuse => T::Rollup::refuse(&message)?,
			VoteKind::Refused => T::Rollup::refused(&message)?,
			VoteKind::Freeze => T::Rollup::freeze(&message)?,
			VoteKind::Frozen => T::Rollup::frozen(&message)?,
		}
		Self::deposit_event(event);
		Ok(Pays::No.into())
	}

	/// Checks everything of a certificate but what its message says about the block.
	///
	/// The members are those whom *this* chain has for the block's number, so that members of the past or
	/// the future decide nothing. That its notice is not over does not matter: a block of such an epoch
	/// is not committed here, and refusing it must be possible.
	pub(crate) fn check_certificate(
		bytes: &[u8],
		kinds: &[VoteKind],
	) -> Result<Checked<T>, Error<T>> {
		let message = message_of(bytes).map_err(|refusal| {
			log::debug!(target: LOG_TARGET, "message refused: {}", refusal.name());
			Error::<T>::MalformedMessage
		})?;
		ensure!(kinds.contains(&message.kind), Error::<T>::WrongKind);
		let identity = T::Rollup::identity().ok_or(Error::<T>::NoNetwork)?;
		ensure!(message.network == identity.network, Error::<T>::WrongNetwork);
		let epoch = Self::epoch_for(message.number).ok_or(Error::<T>::WrongEpoch)?;
		let named = (message.oracle_epoch, message.member_set_hash);
		ensure!(named == (epoch.number, epoch.hash), Error::<T>::WrongEpoch);

		let members = EpochMembers::<T>::get(epoch.number).ok_or(Error::<T>::UnknownEpoch)?;
		let refused = |refusal| match refusal {
			Refusal::NotEnoughSigners => Error::<T>::NotEnoughSigners,
			_ => Error::<T>::BadCertificate,
		};
		let certificate = Certificate::decode(bytes, members.len() as u16).map_err(refused)?;
		certificate.check(&members, verifies).map_err(refused)?;

		let bitmap = bytes.iter().skip(MESSAGE_BYTES).take(members.len().div_ceil(8)).copied();
		let bitmap = BoundedVec::truncate_from(bitmap.collect());
		Ok(Checked { message, signers: Signers { epoch: epoch.number, bitmap } })
	}

	/// Keeps who has certified a block, and drops the oldest.
	pub(crate) fn remember(number: BlockNumber, signers: Signers<MaxBitmapBytes<T>>) {
		Certifiers::<T>::insert(number, signers);
		if let Some(old) = number.0.checked_sub(T::KeepCertificates::get().into()) {
			Certifiers::<T>::remove(BlockNumber(old));
		}
	}

	/// Who has certified a block and who has not.
	pub(crate) fn votes_of(number: BlockNumber) -> Option<Votes> {
		let signers = Certifiers::<T>::get(number)?;
		let members = EpochMembers::<T>::get(signers.epoch)?.into_iter().enumerate();
		let (signed, others): (Vec<_>, Vec<_>) = members.partition(|(i, _)| signers.contains(*i));
		let keys = |members: Vec<(usize, MemberKey)>| members.into_iter().map(|(_, key)| key);
		Some(Votes {
			epoch: signers.epoch,
			signers: keys(signed).collect(),
			others: keys(others).collect(),
		})
	}

	/// Weight of a certificate of this length, of the heaviest of these kinds.
	pub(crate) fn certificate_weight(length: usize, kinds: &[VoteKind]) -> Weight {
		let settlement = kinds.iter().map(|kind| T::Rollup::settlement_weight(*kind));
		T::WeightInfo::check_certificate(signatures_in(length)).saturating_add(
			settlement.fold(Weight::zero(), |heaviest, weight| heaviest.max(weight)),
		)
	}
}

/// The message with which a certificate's bytes begin.
pub(crate) fn message_of(certificate: &[u8]) -> Result<VoteMessage, Refusal> {
	VoteMessage::decode(certificate.get(..MESSAGE_BYTES).ok_or(Refusal::BadLength)?)
}
