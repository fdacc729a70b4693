// SPDX-License-Identifier: Apache-2.0

//! What the pallet stores, and what its calls and view functions take and give.

use polkadot_sdk::*;

use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use core::marker::PhantomData;
use frame_support::{
	BoundedVec, CloneNoBound, DebugNoBound, EqNoBound, PartialEqNoBound, traits::Get,
};
use ligature_primitives::{
	header::Digest,
	ids::{BlockNumber, NetworkId},
	vote::{MESSAGE_BYTES, VoteMessage},
};
use pallet_rollup::Balance;
use scale_info::TypeInfo;

use crate::Config;

/// A member's ed25519 public key.
pub type MemberKey = [u8; 32];

/// An ed25519 signature.
pub type Signature = [u8; 64];

/// Bytes of a signature.
const SIGNATURE_BYTES: u32 = 64;

/// Bytes of a message, as in [`MESSAGE_BYTES`].
const MESSAGE: u32 = MESSAGE_BYTES as u32;

/// The bond of a key.
#[derive(
	Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen,
)]
pub struct Bonded<AccountId> {
	/// Who has put the bond.
	pub account: AccountId,
	/// What is on hold; 0 once it is slashed.
	pub bond: Balance,
	/// Whether the bond was slashed. Then the key stays here, so that it never comes back.
	pub slashed: bool,
}

/// An epoch of the oracles.
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
	Encode,
	Decode,
	DecodeWithMemTracking,
	TypeInfo,
	MaxEncodedLen,
)]
pub struct Epoch<L1Block> {
	/// Its number, from 0 without gaps.
	pub number: u32,
	/// The first block of the rollup that its members certify.
	pub first_block: BlockNumber,
	/// From this block of the chain on blocks may use it.
	pub usable_from: L1Block,
	/// The hash of number and members, which headers and votes name.
	pub hash: Digest,
	/// When it was noticed that certificates under it can do nothing any more.
	pub ended: Option<L1Block>,
}

/// Which members of an epoch have signed a certificate.
#[derive(
	CloneNoBound,
	PartialEqNoBound,
	EqNoBound,
	DebugNoBound,
	Encode,
	Decode,
	DecodeWithMemTracking,
	TypeInfo,
	MaxEncodedLen,
)]
#[scale_info(skip_type_params(Bytes))]
#[codec(mel_bound())]
pub struct Signers<Bytes: Get<u32>> {
	/// The epoch.
	pub epoch: u32,
	/// Member i, in ascending order, has signed iff bit i mod 8 of byte i/8 is set.
	pub bitmap: BoundedVec<u8, Bytes>,
}

impl<Bytes: Get<u32>> Signers<Bytes> {
	/// How many have signed.
	pub fn count(&self) -> u32 {
		self.bitmap.iter().map(|byte| byte.count_ones()).sum()
	}

	/// Whether the member at this place has signed.
	pub fn contains(&self, member: usize) -> bool {
		self.bitmap.get(member / 8).is_some_and(|byte| byte >> (member % 8) & 1 == 1)
	}
}

/// Who has certified a block.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct Votes {
	/// The epoch of the oracles.
	pub epoch: u32,
	/// Its members whose signatures the certificate holds.
	pub signers: Vec<MemberKey>,
	/// Its other members. They may have signed too: more than two thirds are enough.
	pub others: Vec<MemberKey>,
}

/// A signed vote.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct Vote {
	/// What was signed: the bytes of `docs/protocol.md`, section 12.4.
	pub message: VoteMessage,
	/// The signature.
	pub signature: Signature,
}

/// A certificate's bytes.
pub type CertificateBytes<T> = BoundedVec<u8, MaxCertificateBytes<T>>;

/// Most bytes of a certificate: all members have signed.
pub struct MaxCertificateBytes<T>(PhantomData<T>);

impl<T: Config> Get<u32> for MaxCertificateBytes<T> {
	fn get() -> u32 {
		let members = T::MaxMembers::get();
		MESSAGE
			.saturating_add(MaxBitmapBytes::<T>::get())
			.saturating_add(members.saturating_mul(SIGNATURE_BYTES))
	}
}

/// Most bytes of a certificate's bitmap.
pub struct MaxBitmapBytes<T>(PhantomData<T>);

impl<T: Config> Get<u32> for MaxBitmapBytes<T> {
	fn get() -> u32 {
		T::MaxMembers::get().div_ceil(8)
	}
}

/// At most so many signatures fit into a certificate of this length.
pub(crate) fn signatures_in(length: usize) -> u32 {
	(length as u32).saturating_sub(MESSAGE) / SIGNATURE_BYTES
}

/// What a key signs to show that it is the account's in this network.
pub fn ownership_message(network: NetworkId, account: &[u8; 32]) -> Vec<u8> {
	[&b"ligature/member\0"[..], &network.0.to_be_bytes(), account].concat()
}
