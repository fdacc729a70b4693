// SPDX-License-Identifier: Apache-2.0

//! The transaction extension of the rollup.
//!
//! - In the pool and when a block is built it refuses calls that are obsolete: whoever comes second with
//!   a block, a proof or a certificate pays nothing and takes no room.
//! - Before the dispatch it notes whether the extrinsic *is* a `commit_block`, not one that contains a
//!   `commit_block`: readers find the public data of a block by its extrinsic.

use polkadot_sdk::*;

use core::marker::PhantomData;

use codec::{Decode, DecodeWithMemTracking, Encode};
use frame_support::{
	CloneNoBound, DefaultNoBound, EqNoBound, PartialEqNoBound,
	pallet_prelude::{TransactionSource, TransactionValidityError, Weight},
	traits::IsSubType,
};
use frame_system::pallet_prelude::{OriginFor, RuntimeCallFor};
use scale_info::TypeInfo;
use sp_runtime::{
	DispatchResult,
	traits::{
		DispatchInfoOf, Implication, PostDispatchInfoOf, TransactionExtension, ValidateResult,
	},
	transaction_validity::{InvalidTransaction, ValidTransaction},
};

use crate::{
	Blocks, Call, Config, Pallet, Progress, RevertEpoch, TopLevelCommit, WeightInfo,
	traits::{Lifecycle, ObsoleteCall},
};

/// Refuses obsolete calls of this pallet and of `Others`, and marks top-level commits.
#[derive(
	CloneNoBound,
	EqNoBound,
	PartialEqNoBound,
	DefaultNoBound,
	Encode,
	Decode,
	DecodeWithMemTracking,
	TypeInfo,
)]
#[codec(encode_bound())]
#[codec(decode_bound())]
#[scale_info(skip_type_params(T, Others))]
pub struct CheckRollup<T, Others = ()>(PhantomData<(T, Others)>);

impl<T, Others> CheckRollup<T, Others> {
	/// The extension. It has no data.
	pub const fn new() -> Self {
		Self(PhantomData)
	}
}

impl<T, Others> core::fmt::Debug for CheckRollup<T, Others> {
	fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
		f.write_str("CheckRollup")
	}
}

impl<T, Others> TransactionExtension<RuntimeCallFor<T>> for CheckRollup<T, Others>
where
	T: Config + Send + Sync,
	Others: ObsoleteCall<RuntimeCallFor<T>> + Send + Sync + 'static,
	RuntimeCallFor<T>: IsSubType<Call<T>>,
{
	const IDENTIFIER: &'static str = "CheckRollup";
	type Implicit = ();
	type Val = ();
	/// Whether the extrinsic is a commit.
	type Pre = bool;

	fn weight(&self, _: &RuntimeCallFor<T>) -> Weight {
		T::WeightInfo::check_rollup().saturating_add(Others::obsolete_weight())
	}

	fn validate(
		&self,
		origin: OriginFor<T>,
		call: &RuntimeCallFor<T>,
		_: &DispatchInfoOf<RuntimeCallFor<T>>,
		_: usize,
		(): Self::Implicit,
		_: &impl Implication,
		_: TransactionSource,
	) -> ValidateResult<Self::Val, RuntimeCallFor<T>> {
		if Pallet::<T>::is_obsolete(call) || Others::is_obsolete(call) {
			return Err(InvalidTransaction::Stale.into());
		}
		Ok((ValidTransaction::default(), (), origin))
	}

	fn prepare(
		self,
		(): Self::Val,
		_: &OriginFor<T>,
		call: &RuntimeCallFor<T>,
		_: &DispatchInfoOf<RuntimeCallFor<T>>,
		_: usize,
	) -> Result<Self::Pre, TransactionValidityError> {
		let commits = matches!(call.is_sub_type(), Some(Call::commit_block { .. }));
		if commits {
			TopLevelCommit::<T>::set(frame_system::Pallet::<T>::extrinsic_index());
		}
		Ok(commits)
	}

	fn post_dispatch_details(
		commits: Self::Pre,
		_: &DispatchInfoOf<RuntimeCallFor<T>>,
		_: &PostDispatchInfoOf<RuntimeCallFor<T>>,
		_: usize,
		_: &DispatchResult,
	) -> Result<Weight, TransactionValidityError> {
		// A commit that was refused has taken the mark and given it back with everything else.
		if commits {
			TopLevelCommit::<T>::kill();
		}
		Ok(Weight::zero())
	}
}

impl<T: Config> ObsoleteCall<RuntimeCallFor<T>> for Pallet<T>
where
	RuntimeCallFor<T>: IsSubType<Call<T>>,
{
	fn is_obsolete(call: &RuntimeCallFor<T>) -> bool {
		let counters = Progress::<T>::get();
		match call.is_sub_type() {
			Some(Call::commit_block { header, .. }) => {
				header.number <= counters.committed
					|| header.revert_epoch < RevertEpoch::<T>::get()
					|| <Self as Lifecycle<_>>::in_exodus()
			},
			Some(Call::prove_block { number, hash, .. }) => {
				*number <= counters.proven
					|| Blocks::<T>::get(number).is_some_and(|block| block.hash != *hash)
					|| <Self as Lifecycle<_>>::in_exodus()
			},
			Some(Call::execute_block { number, .. }) => *number <= counters.executed,
			_ => false,
		}
	}

	fn obsolete_weight() -> Weight {
		T::WeightInfo::check_rollup()
	}
}
