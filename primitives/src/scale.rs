// SPDX-License-Identifier: Apache-2.0

//! SCALE for types that have protocol bytes of their own.

/// Implements SCALE for a type with `encode(&self) -> Vec<u8>` and `decode(&[u8]) -> Result<Self, _>`:
/// its form is a `Vec<u8>` of the protocol bytes, so that a chain stores what it hashes.
macro_rules! scale_as_bytes {
	($name:ident, $max:expr) => {
		impl codec::Encode for $name {
			fn encode_to<O: codec::Output + ?Sized>(&self, out: &mut O) {
				$name::encode(self).encode_to(out)
			}
		}

		impl codec::Decode for $name {
			fn decode<I: codec::Input>(input: &mut I) -> Result<Self, codec::Error> {
				let bytes = <ark_std::vec::Vec<u8> as codec::Decode>::decode(input)?;
				$name::decode(&bytes).map_err(|refusal| refusal.name().into())
			}
		}

		impl codec::DecodeWithMemTracking for $name {}

		impl codec::EncodeLike for $name {}

		impl codec::MaxEncodedLen for $name {
			fn max_encoded_len() -> usize {
				let length: usize = $max;
				codec::Compact(length as u32).encoded_size() + length
			}
		}

		impl scale_info::TypeInfo for $name {
			type Identity = ark_std::vec::Vec<u8>;

			fn type_info() -> scale_info::Type {
				<ark_std::vec::Vec<u8> as scale_info::TypeInfo>::type_info()
			}
		}
	};
}

pub(crate) use scale_as_bytes;
