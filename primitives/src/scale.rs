// SPDX-License-Identifier: Apache-2.0

//! SCALE for types that have protocol bytes of their own: [`scale_as_bytes`](crate::scale_as_bytes).

/// Implements SCALE for a type with `encode(&self) -> Vec<u8>` and
/// `decode(&[u8]) -> Result<Self, Refusal>`: its form is a `Vec<u8>` of the protocol bytes, of which
/// there are `max` at most, so that a chain stores what it hashes.
///
/// The crate that calls it depends on `codec` (parity-scale-codec) and `scale_info`.
#[macro_export]
macro_rules! scale_as_bytes {
	($name:ident, $max:expr) => {
		impl codec::Encode for $name {
			fn encode_to<O: codec::Output + ?Sized>(&self, out: &mut O) {
				codec::Encode::encode_to(&$name::encode(self), out)
			}
		}

		impl codec::Decode for $name {
			fn decode<I: codec::Input>(input: &mut I) -> Result<Self, codec::Error> {
				let bytes = <$crate::scale::ByteString as codec::Decode>::decode(input)?;
				$name::decode(&bytes).map_err(|refusal| refusal.name().into())
			}
		}

		impl codec::DecodeWithMemTracking for $name {}

		impl codec::EncodeLike for $name {}

		impl codec::MaxEncodedLen for $name {
			fn max_encoded_len() -> usize {
				let length: usize = $max;
				codec::Encode::encoded_size(&codec::Compact(length as u32)) + length
			}
		}

		impl scale_info::TypeInfo for $name {
			type Identity = $crate::scale::ByteString;

			fn type_info() -> scale_info::Type {
				<$crate::scale::ByteString as scale_info::TypeInfo>::type_info()
			}
		}
	};
}

/// The SCALE form of what [`scale_as_bytes`](crate::scale_as_bytes) is called for.
pub type ByteString = ark_std::vec::Vec<u8>;
