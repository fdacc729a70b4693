// SPDX-License-Identifier: Apache-2.0

//! Integers with a limit, as types that cannot exceed it.

/// Declares an integer type with a limit: `MAX`, a constructor that refuses what is above it, the
/// value as text, and SCALE that decodes nothing above it.
macro_rules! checked {
	($(#[$doc:meta])* $name:ident($inner:ty) <= $max:expr, else $refusal:ident) => {
		$(#[$doc])*
		#[derive(
			Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash,
			codec::Encode, scale_info::TypeInfo, codec::MaxEncodedLen,
		)]
		pub struct $name($inner);

		impl $name {
			/// The largest value.
			pub const MAX: Self = Self($max);

			#[doc = concat!(
				"The value, or [`", stringify!($refusal), "`](crate::refusal::Refusal::",
				stringify!($refusal), ") above [`Self::MAX`].",
			)]
			pub const fn new(value: $inner) -> Result<Self, crate::refusal::Refusal> {
				if value <= Self::MAX.0 {
					Ok(Self(value))
				} else {
					Err(crate::refusal::Refusal::$refusal)
				}
			}

			/// The value as an integer.
			pub const fn get(self) -> $inner {
				self.0
			}
		}

		impl core::fmt::Display for $name {
			fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
				self.0.fmt(f)
			}
		}

		impl codec::Decode for $name {
			fn decode<I: codec::Input>(input: &mut I) -> Result<Self, codec::Error> {
				let value = <$inner as codec::Decode>::decode(input)?;
				Self::new(value).map_err(|refusal| refusal.name().into())
			}
		}

		impl codec::DecodeWithMemTracking for $name {}
	};
}

pub(crate) use checked;
