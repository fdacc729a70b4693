// SPDX-License-Identifier: Apache-2.0

//! # Root oracle pallet
//!
//! Says who certifies the blocks of the rollup, checks what they sign, and slashes who signs two
//! things that exclude each other.
//!
//! ## Pallet API
//!
//! See the [`pallet`] module: dispatchables, storage, events, errors, view functions, and the genesis
//! configuration [`GenesisConfig`].
//!
//! ## Overview
//!
//! *Members* watch the finalized heads of all chains of a network and sign what they see with an
//! ed25519 key: that a block is proven on all chains, that a chain can never prove it, at which block
//! exodus ends (`docs/protocol.md`, sections 12.4 and 12.5). Signatures of more than two thirds of the
//! members under one message are a *certificate*. It is portable: anyone brings it to every chain
//! of the network, and every chain that has the same members takes it. What a certificate does is
//! the business of the rollup; this pallet checks who signed and hands the message over:
//! [`Settlement`](pallet_rollup::traits::Settlement).
//!
//! - A member puts a bond on hold, with a signature that shows that the key is the member's:
//!   [`bond`](Call::bond). Governance chooses the members of an *epoch* among the bonded keys:
//!   [`schedule_members`](Call::schedule_members).
//! - An epoch begins with a block of the rollup, so that the same members certify a block on all
//!   chains, and can be used only after a notice in which everybody who distrusts the new members
//!   can leave. Chains whose schedules differ refuse each other's blocks at commit, nothing worse.
//! - Two votes of one member that exclude each other cost the whole bond; anyone brings them:
//!   [`report_equivocation`](Call::report_equivocation). The key never becomes a member again. Within its
//!   epochs it still counts, because a certificate must mean the same on all chains.
//!
//! | subject | file |
//! |---|---|
//! | bonds | `members` |
//! | epochs: schedule, withdraw, end, forget | `epochs` |
//! | certificates, who signed them | `certificates` |
//! | evidence and slashing | `evidence` |
//! | what the transaction pool drops | `obsolete` |
//! | what always holds | `try_state` |
//!
//! ## Low Level / Implementation Details
//!
//! - Signatures are checked by the host, by the rules of ZIP 215. They accept keys of small order, under
//!   which one signature fits every message; [`bond`](Call::bond) refuses those.
//! - An epoch *ends* when a block of the next one is executed, or when exits are open: no certificate
//!   under it can do anything from then on. It is *forgotten* a notice later; until then its members can
//!   be slashed, so their bonds stay.
//! - Epochs are numbered without gaps, and one that was withdrawn frees its number, so that a chain which
//!   withdrew and one which never had it agree again. Hash and bytes of votes bind number and members.

#![cfg_attr(not(feature = "std"), no_std)]
#![deny(missing_docs)]

extern crate alloc;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod certificates;
mod epochs;
mod evidence;
mod genesis;
mod members;
#[cfg(test)]
mod mock;
mod obsolete;
#[cfg(test)]
mod tests;
#[cfg(any(feature = "try-runtime", feature = "std"))]
mod try_state;
mod types;
pub mod weights;

pub use pallet::*;
pub use types::*;
pub use weights::WeightInfo;

use polkadot_sdk::*;

use frame_support::traits::fungible;

/// An imbalance of the native token: what a slash takes.
pub type CreditOf<T> =
	fungible::Credit<<T as polkadot_sdk::frame_system::Config>::AccountId, <T as Config>::Currency>;

/// Target of the pallet's logs.
pub(crate) const LOG_TARGET: &str = "runtime::root-oracle";

/// The pallet.
#[frame_support::pallet]
pub mod pallet {
	use super::*;
	use alloc::{boxed::Box, vec::Vec};
	use frame_support::{
		pallet_prelude::*,
		traits::{EnsureOrigin, OnUnbalanced},
		weights::WeightMeter,
	};
	use frame_system::pallet_prelude::*;
	use ligature_primitives::{
		header::Digest,
		ids::{BlockNumber, ChainId},
		vote::VoteKind,
	};
	use pallet_rollup::{
		Balance,
		traits::{Lifecycle, Settlement},
	};
	use sp_core::ed25519;
	use sp_runtime::Permill;

	use crate::certificates::{BLOCK, FREEZE, REFUSAL};

	/// Version of the storage layout.
	pub(crate) const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	/// The pallet's type.
	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	/// Configuration of the pallet.
	#[pallet::config]
	pub trait Config:
		polkadot_sdk::frame_system::Config<
			AccountId: Into<[u8; 32]>,
			RuntimeEvent: From<Event<Self>>,
		>
	{
		/// Who schedules the members of epochs.
		type AdminOrigin: EnsureOrigin<Self::RuntimeOrigin>;

		/// The native token, in which bonds are held.
		type Currency: fungible::MutateHold<
				Self::AccountId,
				Reason = Self::RuntimeHoldReason,
				Balance = Balance,
			> + fungible::BalancedHold<
				Self::AccountId,
				Reason = Self::RuntimeHoldReason,
				Balance = Balance,
			>;

		/// Why funds are on hold, in the runtime.
		type RuntimeHoldReason: From<HoldReason>;

		/// The rollup, which acts on certificates.
		type Rollup: Settlement + Lifecycle<BlockNumberFor<Self>>;

		/// Takes what is slashed and not paid to the reporter.
		type Slashed: OnUnbalanced<CreditOf<Self>>;

		/// The bond of one key, in units of the native token.
		#[pallet::constant]
		type Bond: Get<Balance>;

		/// Most members of an epoch.
		#[pallet::constant]
		type MaxMembers: Get<u32>;

		/// Most epochs: the current one, scheduled ones, and ended ones whose members can be slashed.
		#[pallet::constant]
		type MaxEpochs: Get<u32>;

		/// For so many blocks of the rollup it is kept who has certified them. Whoever lowers it removes
		/// what is then too much.
		#[pallet::constant]
		type KeepCertificates: Get<u32>;

		/// The part of a slashed bond that the reporter gets, at most a half: who reports himself
		/// loses the rest.
		#[pallet::constant]
		type RewardShare: Get<Permill>;

		/// Weights of the dispatchables.
		type WeightInfo: WeightInfo;
	}

	/// Why this pallet holds funds.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// The bond of an oracle's key.
		Bond,
	}

	/// The keys that have a bond, or had one until it was slashed.
	// Keys are chosen by users: a cryptographic hash.
	#[pallet::storage]
	pub type Members<T: Config> =
		StorageMap<_, Blake2_128Concat, MemberKey, Bonded<T::AccountId>, OptionQuery>;

	/// The epochs, in ascending order, whose members can still certify or be slashed.
	#[pallet::storage]
	pub type Epochs<T: Config> =
		StorageValue<_, BoundedVec<Epoch<BlockNumberFor<T>>, T::MaxEpochs>, ValueQuery>;

	/// The members of these epochs, ascending.
	// The number is counted here: it needs no cryptographic hash.
	#[pallet::storage]
	pub type EpochMembers<T: Config> =
		StorageMap<_, Twox64Concat, u32, BoundedVec<MemberKey, T::MaxMembers>, OptionQuery>;

	/// Who has certified the last [`Config::KeepCertificates`] blocks.
	// Numbers come in order, from certificates: no cryptographic hash.
	#[pallet::storage]
	pub type Certifiers<T: Config> =
		CountedStorageMap<_, Twox64Concat, BlockNumber, Signers<MaxBitmapBytes<T>>, OptionQuery>;

	/// The members at genesis.
	#[pallet::genesis_config]
	#[derive(frame_support::DefaultNoBound)]
	pub struct GenesisConfig<T: Config> {
		/// Who puts the bond on hold, and the key: the members of epoch 0, which begins with block 0. None
		/// for a chain that belongs to no network.
		pub members: Vec<(T::AccountId, ed25519::Public)>,
	}

	#[pallet::genesis_build]
	impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
		fn build(&self) {
			crate::genesis::build::<T>(&self.members);
		}
	}

	/// What happened.
	#[pallet::event]
	#[pallet::generate_deposit(pub(crate) fn deposit_event)]
	pub enum Event<T: Config> {
		/// A key has a bond: it can become a member.
		Bonded {
			/// The key.
			key: MemberKey,
			/// Whose it is.
			account: T::AccountId,
			/// The bond.
			amount: Balance,
		},
		/// A bond went back.
		Unbonded {
			/// The key.
			key: MemberKey,
			/// Whose it was.
			account: T::AccountId,
			/// The bond.
			amount: Balance,
		},
		/// The members of an epoch are known.
		EpochScheduled {
			/// Its number.
			epoch: u32,
			/// Its first block of the rollup.
			first_block: BlockNumber,
			/// From this block of the chain on blocks may use it.
			usable_from: BlockNumberFor<T>,
			/// The hash of number and members, which headers name.
			hash: Digest,
		},
		/// A scheduled epoch will not be.
		EpochWithdrawn {
			/// Its number.
			epoch: u32,
		},
		/// No certificate under this epoch can do anything any more. Its members can still be slashed.
		EpochEnded {
			/// Its number.
			epoch: u32,
		},
		/// The members of this epoch have no duty from it any more.
		EpochForgotten {
			/// Its number.
			epoch: u32,
		},
		/// The rollup has acted on a certificate.
		CertificateAccepted {
			/// What it says.
			kind: VoteKind,
			/// The chain that it is about: for a refusal; 0 if about none.
			chain: ChainId,
			/// The block.
			number: BlockNumber,
			/// The block's header hash.
			hash: Digest,
			/// The epoch of the members.
			epoch: u32,
			/// How many have signed.
			signers: u32,
			/// Who brought it.
			relayer: T::AccountId,
		},
		/// A member has signed two things that exclude each other, and has lost the bond.
		MemberSlashed {
			/// The key.
			key: MemberKey,
			/// Whose bond it was.
			account: T::AccountId,
			/// The bond.
			amount: Balance,
			/// Who brought the evidence.
			reporter: T::AccountId,
			/// What of the bond the reporter got.
			reward: Balance,
		},
	}

	/// Why a call was refused.
	#[pallet::error]
	pub enum Error<T> {
		/// The chain belongs to no network. A network is set by the chain's genesis.
		NoNetwork,
		/// The message is about another network. Bring it there.
		WrongNetwork,
		/// The key has a bond already.
		AlreadyBonded,
		/// The key was slashed: it never becomes a member again. Use another.
		KeySlashed,
		/// The signature does not show that the key is the caller's. Sign the caller's account and the
		/// network with it.
		BadOwnership,
		/// Under this key one signature fits every message: everybody could vote with it. Make a key
		/// by the rules of ed25519.
		WeakKey,
		/// No bond stands for this key. Its owner has to put one.
		UnknownMember,
		/// The bond is another account's.
		NotYourBond,
		/// The key is in an epoch that can still certify or be slashed for. Wait until it is forgotten.
		StillMember,
		/// The rollup has ended: its members stay as they are.
		InExodus,
		/// An epoch has at least one member.
		NoMembers,
		/// The keys must strictly ascend: all chains must have the same list.
		MembersNotAscending,
		/// The epoch would begin with a block that is committed, or before the epoch before it.
		FirstBlockTooLow,
		/// There are too many epochs. Wait until old ones are forgotten, or withdraw one.
		TooManyEpochs,
		/// No epoch is known for this block: it is too old, or there are no members at all.
		UnknownEpoch,
		/// Only the last epoch can be withdrawn. Withdraw the later ones first.
		NotLastEpoch,
		/// The epoch has begun: a committed block uses it.
		EpochInUse,
		/// The block's epoch has been scheduled too lately. Wait until its notice is over, or withdraw it.
		NoticeNotOver,
		/// The bytes do not begin with a message of the protocol. The log names the reason.
		MalformedMessage,
		/// A message of this kind is brought by another call.
		WrongKind,
		/// The certificate's members are not those who certify this block on this chain.
		WrongEpoch,
		/// Not more than two thirds of the members have signed. Collect more signatures.
		NotEnoughSigners,
		/// The signatures are not those of the members that the certificate names, or the bytes after
		/// the message do not fit their number.
		BadCertificate,
		/// The two messages do not exclude each other.
		NotContradicting,
		/// The key was not a member in the epoch of the votes, or the epoch is forgotten.
		NotMember,
		/// A vote is not signed by the key.
		BadSignature,
		/// The key has lost its bond already.
		AlreadySlashed,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn on_idle(now: BlockNumberFor<T>, remaining: Weight) -> Weight {
			let mut meter = WeightMeter::with_limit(remaining);
			if meter.try_consume(T::WeightInfo::on_idle()).is_ok() {
				Self::age_epochs(now);
			}
			meter.consumed()
		}

		fn integrity_test() {
			crate::genesis::integrity_test::<T>();
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Puts the bond of a key on hold, so that the key can become a member.
		///
		/// ## Dispatch Origin
		///
		/// Signed by who pays the bond and gets it back.
		///
		/// ## Details
		///
		/// `ownership` is the key's signature of [`ownership_message`]: it shows that the caller has the
		/// secret, so that nobody bonds another's key.
		///
		/// ## Errors
		///
		/// [`Error::NoNetwork`], [`Error::AlreadyBonded`], [`Error::KeySlashed`], [`Error::BadOwnership`],
		/// [`Error::WeakKey`], those of the token.
		///
		/// ## Events
		///
		/// [`Event::Bonded`].
		#[pallet::call_index(0)]
		#[pallet::weight(T::WeightInfo::bond())]
		pub fn bond(origin: OriginFor<T>, key: MemberKey, ownership: Signature) -> DispatchResult {
			let account = ensure_signed(origin)?;
			Self::do_bond(account, key, &ownership)
		}

		/// Gives the bond of a key back.
		///
		/// ## Dispatch Origin
		///
		/// Signed by who put it.
		///
		/// ## Details
		///
		/// Only once the key is in none of the [`Epochs`]: while a member can vote or be slashed, the
		/// bond stays.
		///
		/// ## Errors
		///
		/// [`Error::UnknownMember`], [`Error::NotYourBond`], [`Error::KeySlashed`],
		/// [`Error::StillMember`].
		///
		/// ## Events
		///
		/// [`Event::Unbonded`].
		#[pallet::call_index(1)]
		#[pallet::weight(T::WeightInfo::unbond())]
		pub fn unbond(origin: OriginFor<T>, key: MemberKey) -> DispatchResult {
			let account = ensure_signed(origin)?;
			Self::do_unbond(&account, &key)
		}

		/// Schedules the next epoch: these members certify from the block `first_block` of the rollup on.
		///
		/// ## Dispatch Origin
		///
		/// [`Config::AdminOrigin`].
		///
		/// ## Details
		///
		/// No block of the epoch can be committed before the notice is over: choose a block that is later
		/// than that, and the same block, members and order on all chains. A chain's first
		/// epoch may begin with block 0.
		///
		/// ## Errors
		///
		/// [`Error::InExodus`], [`Error::NoMembers`], [`Error::MembersNotAscending`],
		/// [`Error::UnknownMember`], [`Error::KeySlashed`], [`Error::FirstBlockTooLow`],
		/// [`Error::TooManyEpochs`].
		///
		/// ## Events
		///
		/// [`Event::EpochScheduled`].
		#[pallet::call_index(2)]
		#[pallet::weight(T::WeightInfo::schedule_members(members.len() as u32))]
		pub fn schedule_members(
			origin: OriginFor<T>,
			first_block: BlockNumber,
			members: BoundedVec<MemberKey, T::MaxMembers>,
		) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			Self::do_schedule_members(first_block, members)
		}

		/// Withdraws the last scheduled epoch, of which no block is committed. The members before it stay.
		///
		/// ## Dispatch Origin
		///
		/// [`Config::AdminOrigin`].
		///
		/// ## Details
		///
		/// Needs no notice: users keep the members whom they have.
		///
		/// ## Errors
		///
		/// [`Error::InExodus`], [`Error::NotLastEpoch`], [`Error::EpochInUse`].
		///
		/// ## Events
		///
		/// [`Event::EpochWithdrawn`].
		#[pallet::call_index(3)]
		#[pallet::weight(T::WeightInfo::cancel_epoch())]
		pub fn cancel_epoch(origin: OriginFor<T>, epoch: u32) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			Self::do_cancel_epoch(epoch)
		}

		/// Brings the certificate of a block.
		///
		/// ## Dispatch Origin
		///
		/// Signed by anyone. The fee comes back on success.
		///
		/// ## Details
		///
		/// The bytes are those of `docs/protocol.md`, section 12.4, with a message of kind *block*.
		///
		/// ## Errors
		///
		/// [`Error::MalformedMessage`], [`Error::WrongKind`], [`Error::NoNetwork`],
		/// [`Error::WrongNetwork`], [`Error::WrongEpoch`], [`Error::BadCertificate`],
		/// [`Error::NotEnoughSigners`], those of the rollup.
		///
		/// ## Events
		///
		/// [`Event::CertificateAccepted`].
		#[pallet::call_index(4)]
		#[pallet::weight(Pallet::<T>::certificate_weight(certificate.len(), BLOCK))]
		pub fn submit_certificate(
			origin: OriginFor<T>,
			certificate: CertificateBytes<T>,
		) -> DispatchResultWithPostInfo {
			let relayer = ensure_signed(origin)?;
			Self::settle(relayer, &certificate, BLOCK)
		}

		/// Brings the certificate of a refusal: that this chain shall never prove a block (*refuse*), or
		/// that another one never will (*refused*).
		///
		/// ## Dispatch Origin
		///
		/// Signed by anyone. The fee comes back on success.
		///
		/// ## Errors
		///
		/// As of [`submit_certificate`](Call::submit_certificate).
		///
		/// ## Events
		///
		/// [`Event::CertificateAccepted`].
		#[pallet::call_index(5)]
		#[pallet::weight(Pallet::<T>::certificate_weight(certificate.len(), REFUSAL))]
		pub fn submit_refusal(
			origin: OriginFor<T>,
			certificate: CertificateBytes<T>,
		) -> DispatchResultWithPostInfo {
			let relayer = ensure_signed(origin)?;
			Self::settle(relayer, &certificate, REFUSAL)
		}

		/// Brings the certificate of the block at which exodus ends: the members' (*freeze*) to the first
		/// chain of the network, what that chain has fixed (*frozen*) to the others.
		///
		/// ## Dispatch Origin
		///
		/// Signed by anyone. The fee comes back on success.
		///
		/// ## Errors
		///
		/// As of [`submit_certificate`](Call::submit_certificate).
		///
		/// ## Events
		///
		/// [`Event::CertificateAccepted`].
		#[pallet::call_index(6)]
		#[pallet::weight(Pallet::<T>::certificate_weight(certificate.len(), FREEZE))]
		pub fn submit_freeze(
			origin: OriginFor<T>,
			certificate: CertificateBytes<T>,
		) -> DispatchResultWithPostInfo {
			let relayer = ensure_signed(origin)?;
			Self::settle(relayer, &certificate, FREEZE)
		}

		/// Slashes a member for two votes that exclude each other.
		///
		/// ## Dispatch Origin
		///
		/// Signed by anyone, who gets a part of the bond. The fee comes back on success.
		///
		/// ## Details
		///
		/// The votes may be about any chain of the network: all have the same members, and each holds
		/// bonds of its own. Which votes exclude each other stands in `docs/protocol.md`, section 12.4.
		/// Certificates go on counting the member until the epoch's end.
		///
		/// ## Errors
		///
		/// [`Error::NoNetwork`], [`Error::WrongNetwork`], [`Error::NotContradicting`],
		/// [`Error::UnknownMember`], [`Error::AlreadySlashed`], [`Error::NotMember`],
		/// [`Error::BadSignature`].
		///
		/// ## Events
		///
		/// [`Event::MemberSlashed`].
		#[pallet::call_index(7)]
		#[pallet::weight(T::WeightInfo::report_equivocation())]
		pub fn report_equivocation(
			origin: OriginFor<T>,
			key: MemberKey,
			first: Box<Vote>,
			second: Box<Vote>,
		) -> DispatchResultWithPostInfo {
			let reporter = ensure_signed(origin)?;
			Self::do_report_equivocation(reporter, key, &first, &second)
		}
	}

	#[pallet::view_functions]
	impl<T: Config> Pallet<T> {
		/// The epochs whose members can still certify or be slashed, ascending.
		pub fn epochs() -> Vec<Epoch<BlockNumberFor<T>>> {
			Epochs::<T>::get().into_inner()
		}

		/// The members of one of these epochs, ascending.
		pub fn members_of(epoch: u32) -> Option<Vec<MemberKey>> {
			EpochMembers::<T>::get(epoch).map(BoundedVec::into_inner)
		}

		/// The bond of a key.
		pub fn member(key: MemberKey) -> Option<Bonded<T::AccountId>> {
			Members::<T>::get(key)
		}

		/// Who has certified a block and who has not, while both block and epoch are remembered.
		pub fn votes(number: BlockNumber) -> Option<Votes> {
			Self::votes_of(number)
		}
	}
}
