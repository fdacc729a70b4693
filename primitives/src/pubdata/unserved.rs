// SPDX-License-Identifier: Apache-2.0

//! Public data on its way into a chain that has checked the keys in it before.

use super::{Malformed, PublicData};
use crate::{constants::SizeClass, op::Half, poseidon::Word, refusal::Refusal};

/// Public data whose keys are any 32 bytes, until all its priority operations are known to serve requests.
///
/// To check the order of a key takes a multiplication by l: by far the most of what reading a key costs. A
/// chain that commits a block need not do it. Keys stand in the halves of priority operations only,
/// each of which serves a request of this chain's queue with exactly the key of the request; and
/// what is in the queue has passed [`PriorityRequest::check`](crate::priority::PriorityRequest::check),
/// which has checked the same bytes. So [`UnservedData::served`] gives the public data that
/// [`PublicData::decode`] would have given, and gives it for the same bytes.
///
/// Who has no such queue (replay, tools) decodes with [`PublicData::decode`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnservedData(PublicData);

impl UnservedData {
	/// Reads the stream of a block of this class, and says where the bytes are wrong.
	///
	/// # Errors
	///
	/// As of [`PublicData::decode`], but none about keys.
	pub fn decode_located(bytes: &[u8], class: SizeClass) -> Result<Self, Malformed> {
		PublicData::decode_with(bytes, class, Half::read_any_key).map(Self)
	}

	/// The halves, in their order; keys in them may be none.
	pub fn halves(&self) -> &[Half] {
		&self.0.halves
	}

	/// [`PublicData::commitment`].
	///
	/// # Errors
	///
	/// [`Refusal::KeyNotCanonical`] if a key is not a point: it has no word.
	pub fn commitment(&self, class: SizeClass) -> Result<Word, Refusal> {
		self.0.commitment(class)
	}

	/// The public data, if every priority operation serves its request: `serve` is asked for each, in
	/// their order. It must compare the half with a request that has passed
	/// [`PriorityRequest::check`](crate::priority::PriorityRequest::check), by
	/// [`PriorityRequest::matches`](crate::priority::PriorityRequest::matches).
	///
	/// # Errors
	///
	/// The first of `serve`.
	pub fn served<E>(self, serve: impl FnMut(&Half) -> Result<(), E>) -> Result<PublicData, E> {
		self.0.halves.iter().filter(|half| half.is_priority()).try_for_each(serve)?;
		Ok(self.0)
	}
}
