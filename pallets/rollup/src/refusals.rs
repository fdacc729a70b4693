// SPDX-License-Identifier: Apache-2.0

//! The protocol's refusals as errors of this pallet.

use ligature_primitives::refusal::Refusal;

use crate::{Error, LOG_TARGET};

/// The error of a refusal. Several refusals may share one; the log has the name.
impl<T> From<Refusal> for Error<T> {
	fn from(refusal: Refusal) -> Self {
		log::debug!(target: LOG_TARGET, "refused: {}: {refusal}", refusal.name());
		match refusal {
			Refusal::AmountZero => Self::AmountZero,
			Refusal::OwnerZero => Self::OwnerZero,
			Refusal::TokenOutOfRange => Self::UnknownToken,
			Refusal::KeyNotCanonical | Refusal::KeyNotInSubgroup | Refusal::KeyIsIdentity => {
				Self::BadKey
			},
			Refusal::BadPoolParams | Refusal::WrongSide | Refusal::PoolsFull => Self::BadRequest,
			Refusal::ChainCount | Refusal::ChainOrder | Refusal::UnknownChain => Self::WrongNetwork,
			Refusal::BadEmptyHalf => Self::BadEmptyHalf,
			Refusal::BadJoinClass => Self::BadJoinClass,
			// What is left comes from the bytes of public data.
			_ => Self::MalformedPublicData,
		}
	}
}
