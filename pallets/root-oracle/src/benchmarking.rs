// SPDX-License-Identifier: Apache-2.0

//! Benchmarks of the pallet, each at its worst: as many members and epochs as there can be.

use super::*;
use alloc::{boxed::Box, vec::Vec};
use certificates::BLOCK;
use frame_benchmarking::v2::*;
use frame_support::{
	BoundedVec, assert_ok,
	traits::{EnsureOrigin, Get, fungible::Mutate},
};
use frame_system::RawOrigin;
use ligature_primitives::{
	header::Header,
	ids::{BlockNumber, ChainId, NetworkId},
	poseidon::Word,
	vote::{Certificate, VoteKind, VoteMessage},
};
use pallet_rollup::traits::{Lifecycle, ObsoleteCall, OracleEpochs};
use sp_core::{crypto::KeyTypeId, ed25519};

/// Where the keys of the benchmarks lie in the keystore.
const KEYS: KeyTypeId = KeyTypeId(*b"orcl");

/// A new key, whose secret the keystore has.
fn new_key() -> MemberKey {
	sp_io::crypto::ed25519_generate(KEYS, None).0
}

fn sign(key: &MemberKey, message: &[u8]) -> Signature {
	let signature = sp_io::crypto::ed25519_sign(KEYS, &ed25519::Public::from(*key), message);
	signature.expect("the key was made in this keystore; qed").0
}

/// An account with the funds of so many bonds.
fn funded<T: Config>(index: u32, bonds: u32) -> T::AccountId
where
	T::Currency: Mutate<T::AccountId>,
{
	let who = account("oracle", index, 0);
	let funds = T::Bond::get() * pallet_rollup::Balance::from(bonds + 1);
	assert_ok!(T::Currency::mint_into(&who, funds));
	who
}

/// So many keys with bonds, ascending.
fn bonded<T: Config>(count: u32) -> Vec<MemberKey>
where
	T::Currency: Mutate<T::AccountId>,
{
	let mut keys: Vec<_> = (0..count).map(|_| new_key()).collect();
	for (index, key) in keys.iter().enumerate() {
		assert_ok!(Pallet::<T>::hold_bond(funded::<T>(index as u32, 1), *key));
	}
	keys.sort_unstable();
	keys
}

/// Forgets all epochs, and adds so many with these members, from block 0 on one per block.
fn epochs<T: Config>(count: u32, members: &[MemberKey]) {
	Epochs::<T>::kill();
	let _ = EpochMembers::<T>::clear(u32::MAX, None);
	for first_block in 0..count {
		let members = BoundedVec::truncate_from(members.to_vec());
		let added = Pallet::<T>::add_epoch(BlockNumber(first_block.into()), 0u32.into(), members);
		assert_ok!(added);
	}
}

/// Opens the network of the rollup, which asks for the epoch of block 0, and gives its id.
fn open_network<T: Config>() -> NetworkId {
	if Epochs::<T>::get().is_empty() {
		epochs::<T>(1, &[new_key()]);
	}
	T::Rollup::open_for_benchmarks();
	T::Rollup::identity().expect("the network is open; qed").network
}

/// The header of a block, with a network and the epoch of its number.
fn header<T: Config>(number: BlockNumber) -> Header {
	open_network::<T>();
	let identity = T::Rollup::identity().expect("the network is open; qed");
	let network = identity.network().expect("an identity has been checked; qed");
	let epoch = Pallet::<T>::epoch_for(number).expect("there are epochs; qed");
	Header {
		number,
		oracle_epoch: epoch.number,
		..Header::genesis(&network, [3; 32], epoch.hash, Word::from(5))
	}
}

fn signed_vote(key: &MemberKey, message: VoteMessage) -> Box<Vote> {
	let signature = sign(key, &message.encode());
	Box::new(Vote { message, signature })
}

/// A certificate of a block that all the members have signed.
fn certificate<T: Config>(members: &[MemberKey]) -> CertificateBytes<T> {
	let message = VoteMessage::block(&header::<T>(BlockNumber(1)));
	let bytes = message.encode();
	let signatures = members.iter().zip(0u16..).map(|(key, place)| (place, sign(key, &bytes)));
	let certificate = Certificate { signatures: signatures.collect(), message };
	let bytes = certificate.encode(members.len() as u16).expect("places ascend; qed");
	BoundedVec::truncate_from(bytes)
}

#[benchmarks(
	where
		T::Currency: Mutate<T::AccountId>,
		T: polkadot_sdk::frame_system::Config<RuntimeCall: From<Call<T>>>,
		Pallet<T>: ObsoleteCall<<T as polkadot_sdk::frame_system::Config>::RuntimeCall>,
)]
mod benchmarks {
	use super::*;

	#[benchmark]
	fn bond() {
		let network = open_network::<T>();
		let caller = funded::<T>(0, 1);
		let key = new_key();
		let ownership = sign(&key, &ownership_message(network, &caller.clone().into()));

		#[extrinsic_call]
		_(RawOrigin::Signed(caller), key, ownership);

		assert!(Members::<T>::contains_key(key));
	}

	#[benchmark]
	fn unbond() {
		let members = bonded::<T>(T::MaxMembers::get());
		epochs::<T>(T::MaxEpochs::get(), &members);
		let caller = funded::<T>(u32::MAX, 1);
		let key = new_key();
		assert_ok!(Pallet::<T>::hold_bond(caller.clone(), key));

		#[extrinsic_call]
		_(RawOrigin::Signed(caller), key);

		assert!(!Members::<T>::contains_key(key));
	}

	#[benchmark]
	fn schedule_members(n: Linear<1, { T::MaxMembers::get() }>) -> Result<(), BenchmarkError> {
		open_network::<T>();
		let origin =
			T::AdminOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)?;
		let members = bonded::<T>(n);
		epochs::<T>(T::MaxEpochs::get() - 1, &members);
		let first_block = BlockNumber(u64::MAX);

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, first_block, BoundedVec::truncate_from(members));

		assert_eq!(Epochs::<T>::get().len() as u32, T::MaxEpochs::get());
		Ok(())
	}

	#[benchmark]
	fn cancel_epoch() -> Result<(), BenchmarkError> {
		open_network::<T>();
		let origin =
			T::AdminOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)?;
		let last = T::MaxEpochs::get() - 1;
		epochs::<T>(last + 1, &bonded::<T>(T::MaxMembers::get()));

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, last);

		assert!(!EpochMembers::<T>::contains_key(last));
		Ok(())
	}

	/// All members have signed, and the oldest kept certificate goes. Without what the rollup does.
	#[benchmark]
	fn check_certificate(n: Linear<1, { T::MaxMembers::get() }>) {
		let members = bonded::<T>(n);
		epochs::<T>(T::MaxEpochs::get(), &members);
		let bytes = certificate::<T>(&members);
		let keep = u64::from(T::KeepCertificates::get());
		let oldest = Pallet::<T>::check_certificate(&bytes, BLOCK).ok();
		let oldest = oldest.expect("all have signed; qed").signers;
		Certifiers::<T>::insert(BlockNumber(0), oldest);

		#[block]
		{
			let checked = Pallet::<T>::check_certificate(&bytes, BLOCK).ok();
			let signers = checked.expect("all have signed; qed").signers;
			Pallet::<T>::remember(BlockNumber(keep), signers);
		}

		assert!(!Certifiers::<T>::contains_key(BlockNumber(0)));
		assert!(Certifiers::<T>::contains_key(BlockNumber(keep)));
	}

	#[benchmark]
	fn report_equivocation() {
		let members = bonded::<T>(T::MaxMembers::get());
		let last = T::MaxEpochs::get() - 1;
		epochs::<T>(last + 1, &members);
		let caller = funded::<T>(u32::MAX, 1);
		let key = members[0];
		let header = header::<T>(BlockNumber(last.into()));
		let block = VoteMessage::block(&header);
		let refused = VoteMessage::about(VoteKind::Refused, ChainId(2), &header);
		let (first, second) = (signed_vote(&key, block), signed_vote(&key, refused));

		#[extrinsic_call]
		_(RawOrigin::Signed(caller), key, first, second);

		assert!(Members::<T>::get(key).is_some_and(|member| member.slashed));
	}

	/// All epochs end, and one that ended long ago is forgotten.
	#[benchmark]
	fn on_idle() {
		open_network::<T>();
		T::Rollup::end_for_benchmarks();
		epochs::<T>(T::MaxEpochs::get(), &bonded::<T>(T::MaxMembers::get()));
		Epochs::<T>::mutate(|epochs| {
			epochs.iter_mut().take(1).for_each(|epoch| epoch.ended = Some(0u32.into()));
		});
		let now = frame_system::Pallet::<T>::block_number() + T::Rollup::notice();

		#[block]
		{
			Pallet::<T>::age_epochs(now);
		}

		assert!(!EpochMembers::<T>::contains_key(0));
		assert!(Epochs::<T>::get().iter().all(|epoch| epoch.ended.is_some()));
	}

	#[benchmark]
	fn epoch_of() {
		epochs::<T>(T::MaxEpochs::get(), &bonded::<T>(1));
		let epoch;

		#[block]
		{
			epoch = Pallet::<T>::epoch_of(BlockNumber(0));
		}

		assert_eq!(epoch.map(|(epoch, _)| epoch), Ok(0));
	}

	#[benchmark]
	fn is_obsolete() {
		let members = bonded::<T>(T::MaxMembers::get());
		epochs::<T>(1, &members);
		let call = Call::<T>::submit_certificate { certificate: certificate::<T>(&members) };
		let call = call.into();
		let obsolete;

		#[block]
		{
			obsolete = <Pallet<T> as ObsoleteCall<_>>::is_obsolete(&call);
		}

		assert_eq!(obsolete, T::Rollup::counters().certified >= BlockNumber(1));
	}

	impl_benchmark_test_suite!(Pallet, mock::keystore_ext(), mock::Test);
}
