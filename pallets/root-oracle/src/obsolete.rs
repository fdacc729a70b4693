// SPDX-License-Identifier: Apache-2.0

//! Which calls have become pointless, so that the transaction pool drops them: of many relayers of one
//! certificate all but the first.

use polkadot_sdk::*;

use frame_support::{traits::IsSubType, weights::Weight};
use pallet_rollup::traits::{Lifecycle, ObsoleteCall};

use crate::{
	Call, CertificateBytes, Config, Members, Pallet, WeightInfo, certificates::message_of,
};

impl<T: Config> ObsoleteCall<T::RuntimeCall> for Pallet<T>
where
	T::RuntimeCall: IsSubType<Call<T>>,
{
	fn is_obsolete(call: &T::RuntimeCall) -> bool {
		match call.is_sub_type() {
			// Certified blocks stay: there is nothing to certify or to refuse any more.
			Some(
				Call::submit_certificate { certificate } | Call::submit_refusal { certificate },
			) => is_certified::<T>(certificate),
			Some(Call::submit_freeze { .. }) => T::Rollup::exits_open(),
			Some(Call::report_equivocation { key, .. }) => {
				Members::<T>::get(key).is_some_and(|member| member.slashed)
			},
			_ => false,
		}
	}

	fn obsolete_weight() -> Weight {
		T::WeightInfo::is_obsolete()
	}
}

/// Whether the certificate is about a block that is certified already.
fn is_certified<T: Config>(certificate: &CertificateBytes<T>) -> bool {
	message_of(certificate).is_ok_and(|message| message.number <= T::Rollup::counters().certified)
}
