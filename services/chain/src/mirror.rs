// SPDX-License-Identifier: Apache-2.0

//! The types of the runtime as this program knows them, to be read by the type information of the metadata.
//!
//! Fields and variants are found by their names, so that a runtime may add some, move some, or widen an integer, and
//! programs that are older go on working. A [`Mirror`] has fields of plain types, and *means* a type of the protocol.

#![allow(unused_imports, reason = "the derive writes imports that not every type needs")]

pub(crate) use oracles::{CircuitId, Epoch, KeyInfo, KeyOrigin, Votes};
pub(crate) use requests::{Pool, PoolParams, PoolSide, Request, Token};
pub(crate) use status::{BlockStatus, Identity, Status};

use ligature_primitives::refusal::Refusal;
use subxt::ext::scale_decode::DecodeAsType;

/// What is read by type information, and stands for a type of the protocol.
pub(crate) trait Mirror: DecodeAsType {
	/// That type.
	type Meaning;

	/// The value, if the protocol allows it.
	fn meaning(self) -> Result<Self::Meaning, Refusal>;
}

macro_rules! plain {
	($($plain:ty),*) => {
		$(
			impl Mirror for $plain {
				type Meaning = Self;

				fn meaning(self) -> Result<Self, Refusal> {
					Ok(self)
				}
			}
		)*
	};
}

plain!(bool, u8, u16, u32, u64, u128, String, [u8; 32]);

impl<M: Mirror> Mirror for Option<M> {
	type Meaning = Option<M::Meaning>;

	fn meaning(self) -> Result<Self::Meaning, Refusal> {
		self.map(M::meaning).transpose()
	}
}

impl<M: Mirror> Mirror for Vec<M> {
	type Meaning = Vec<M::Meaning>;

	fn meaning(self) -> Result<Self::Meaning, Refusal> {
		self.into_iter().map(M::meaning).collect()
	}
}

impl<A: Mirror, B: Mirror> Mirror for (A, B) {
	type Meaning = (A::Meaning, B::Meaning);

	fn meaning(self) -> Result<Self::Meaning, Refusal> {
		Ok((self.0.meaning()?, self.1.meaning()?))
	}
}

/// A struct with what it means.
macro_rules! mirror {
	($vis:vis struct $name:ident { $($field:ident: $ty:ty,)* } -> $real:ty, |$self:ident| $body:expr) => {
		#[derive(DecodeAsType)]
		#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
		$vis struct $name { $($field: $ty,)* }

		impl Mirror for $name {
			type Meaning = $real;

			fn meaning(self) -> Result<$real, Refusal> {
				let $self = self;
				Ok($body)
			}
		}
	};
}

use mirror;

mod oracles;
mod requests;
mod status;
