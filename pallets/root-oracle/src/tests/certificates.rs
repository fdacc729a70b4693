// SPDX-License-Identifier: Apache-2.0

//! Certificates.

use polkadot_sdk::*;

use crate::{Certifiers, Error, Event, Votes, WeightInfo, mock::*};
use frame_support::{
	assert_noop, assert_ok,
	dispatch::{GetDispatchInfo, Pays},
	pallet_prelude::DispatchResultWithPostInfo,
	weights::Weight,
};
use ligature_primitives::{
	ids::{BlockNumber, ChainId, NetworkId},
	vote::{MESSAGE_BYTES, VoteKind, VoteMessage},
};
use sp_runtime::DispatchError;

const ALL: &[u8] = &[1, 2, 3, 4];

fn relay(bytes: Vec<u8>) -> DispatchResultWithPostInfo {
	Oracle::submit_certificate(RuntimeOrigin::signed(account(9)), bounded(bytes))
}

fn relay_refusal(message: &VoteMessage) -> DispatchResultWithPostInfo {
	let bytes = certificate_of(ALL, &[1, 2, 3], message);
	Oracle::submit_refusal(RuntimeOrigin::signed(account(9)), bounded(bytes))
}

fn relay_freeze(message: &VoteMessage) -> DispatchResultWithPostInfo {
	let bytes = certificate_of(ALL, &[1, 2, 3], message);
	Oracle::submit_freeze(RuntimeOrigin::signed(account(9)), bounded(bytes))
}

fn accepted(message: &VoteMessage, signers: u32) -> Event<Test> {
	Event::CertificateAccepted {
		kind: message.kind,
		chain: message.chain,
		number: message.number,
		hash: message.hash,
		epoch: 0,
		signers,
		relayer: account(9),
	}
}

#[test]
fn a_certificate_of_the_next_proven_block_certifies_it_for_free() {
	ExtBuilder::default().build_and_execute(|| {
		prove_up_to(1);
		let message = block(1);
		let result = relay(certificate_of(ALL, &[1, 2, 4], &message));
		assert_eq!(result.map(|info| info.pays_fee), Ok(Pays::No));
		assert_eq!(RollupDouble::get().counters.certified, BlockNumber(1));
		assert_eq!(last_event(), accepted(&message, 3));
		let votes = Votes { epoch: 0, signers: keys(&[1, 2, 4]), others: keys(&[3]) };
		assert_eq!(Oracle::votes(BlockNumber(1)), Some(votes));
	});
}

#[test]
fn a_certificate_is_refused_by_the_rollup_out_of_order_and_not_proven() {
	ExtBuilder::default().build_and_execute(|| {
		prove_up_to(2);
		let next = relay(certificate_of(ALL, ALL, &block(2)));
		assert_noop!(next, DispatchError::Other("NotNextToCertify"));
		assert_ok!(relay(certificate_of(ALL, ALL, &block(1))));
		let again = relay(certificate_of(ALL, ALL, &block(1)));
		assert_noop!(again, DispatchError::Other("NotNextToCertify"));
		assert_ok!(relay(certificate_of(ALL, ALL, &block(2))));
		let unknown = relay(certificate_of(ALL, ALL, &block(3)));
		assert_noop!(unknown, DispatchError::Other("UnknownBlock"));
	});
}

#[test]
fn a_certificate_is_refused_from_nobody() {
	ExtBuilder::default().build_and_execute(|| {
		let bytes = bounded(certificate_of(ALL, ALL, &block(1)));
		let none = RuntimeOrigin::none;
		let bad = DispatchError::BadOrigin;
		assert_noop!(Oracle::submit_certificate(none(), bytes.clone()), bad);
		assert_noop!(Oracle::submit_refusal(none(), bytes.clone()), bad);
		assert_noop!(Oracle::submit_freeze(none(), bytes), bad);
	});
}

#[test]
fn a_certificate_is_refused_when_its_message_is_none() {
	ExtBuilder::default().build_and_execute(|| {
		prove_up_to(1);
		let bytes = certificate_of(ALL, ALL, &block(1));
		let mut unknown_kind = bytes.clone();
		unknown_kind[15] = 1;
		let mut not_canonical = bytes.clone();
		not_canonical[MESSAGE_BYTES - 32..MESSAGE_BYTES].fill(0xFF);
		for bytes in [vec![], bytes[..MESSAGE_BYTES - 1].to_vec(), unknown_kind, not_canonical] {
			assert_noop!(relay(bytes), Error::<Test>::MalformedMessage);
		}
	});
}

#[test]
fn a_certificate_is_refused_by_the_call_of_another_kind() {
	ExtBuilder::default().build_and_execute(|| {
		prove_up_to(1);
		let kinds = VoteKind::ALL.map(|kind| about(kind, 1, 1));
		for message in &kinds[1..] {
			let call = relay(certificate_of(ALL, ALL, message));
			assert_noop!(call, Error::<Test>::WrongKind);
		}
		for message in [&kinds[0], &kinds[3], &kinds[4]] {
			assert_noop!(relay_refusal(message), Error::<Test>::WrongKind);
		}
		for message in &kinds[..3] {
			assert_noop!(relay_freeze(message), Error::<Test>::WrongKind);
		}
	});
}

#[test]
fn a_certificate_is_refused_without_a_network_and_of_another() {
	ExtBuilder::default().no_network().build_and_execute(|| {
		let call = relay(certificate_of(ALL, ALL, &block(1)));
		assert_noop!(call, Error::<Test>::NoNetwork);
	});
	ExtBuilder::default().build_and_execute(|| {
		prove_up_to(1);
		let message = VoteMessage { network: NetworkId(8), ..block(1) };
		let call = relay(certificate_of(ALL, ALL, &message));
		assert_noop!(call, Error::<Test>::WrongNetwork);
	});
}

#[test]
fn a_certificate_is_refused_when_members_are_not_the_blocks() {
	ExtBuilder::default().build_and_execute(|| {
		bond(5);
		assert_ok!(schedule(2, &[1, 2, 3, 5]));
		pass(NOTICE);
		prove_up_to(2);
		let first = header(1, 0);
		// The epoch to come, the right epoch with other members, a number that there is not.
		for header in [
			header_of(&[1, 2, 3, 5], 1, 1, 0),
			header_of(&[1, 2, 3], 0, 1, 0),
			header_of(ALL, 2, 1, 0),
		] {
			let call = relay(certificate_of(ALL, ALL, &VoteMessage::block(&header)));
			assert_noop!(call, Error::<Test>::WrongEpoch);
		}
		assert_ok!(relay(certificate_of(ALL, ALL, &VoteMessage::block(&first))));
		// The members of the past.
		let past = header_of(ALL, 0, 2, 0);
		let call = relay(certificate_of(ALL, ALL, &VoteMessage::block(&past)));
		assert_noop!(call, Error::<Test>::WrongEpoch);
		let members = &[1, 2, 3, 5];
		assert_ok!(relay(certificate_of(members, &[1, 2, 5], &block(2))));
	});
	ExtBuilder::default().members(&[]).build_and_execute(|| {
		let message = VoteMessage { network: NETWORK, ..block_without_members() };
		let call = relay(certificate_of(ALL, ALL, &message));
		assert_noop!(call, Error::<Test>::WrongEpoch);
	});
}

/// A message about a block of a chain that has no members.
fn block_without_members() -> VoteMessage {
	let zeros = VoteMessage::decode(&[VoteKind::Block.tag().as_slice(), &[0; 149]].concat());
	zeros.expect("zeros are in every range")
}

#[test]
fn a_certificate_is_refused_when_not_more_than_two_thirds_have_signed() {
	// Members, signers that are too few, signers that are enough.
	for (members, few) in [(1, 0), (2, 1), (3, 2), (4, 2), (6, 4), (7, 4), (9, 6), (12, 8)] {
		let members: Vec<u8> = (1..=members).collect();
		ExtBuilder::default().members(&members).build_and_execute(|| {
			prove_up_to(1);
			let call = relay(certificate_of(&members, &members[..few], &block(1)));
			assert_noop!(call, Error::<Test>::NotEnoughSigners);
			assert_ok!(relay(certificate_of(&members, &members[..=few], &block(1))));
		});
	}
}

#[test]
fn a_certificate_is_refused_when_bitmap_or_signatures_are_wrong() {
	ExtBuilder::default().build_and_execute(|| {
		prove_up_to(1);
		let good = certificate_of(ALL, &[1, 2, 3], &block(1));
		let signatures = MESSAGE_BYTES + 1;
		let change = |at: usize, change: u8| {
			let mut bytes = good.clone();
			bytes[at] ^= change;
			bytes
		};
		// A member that there is not, one signer more or another than has signed.
		let unsigned = 1 << keys(ALL).binary_search(&key(4)).expect("a member");
		let signed = 1 << keys(ALL).binary_search(&key(1)).expect("a member");
		let mut swapped = good.clone();
		swapped[signatures..signatures + 128].rotate_left(64);
		for bytes in [
			change(MESSAGE_BYTES, 0b1_0000),
			change(MESSAGE_BYTES, unsigned),
			change(MESSAGE_BYTES, unsigned | signed),
			change(signatures, 1),
			change(good.len() - 1, 0x80),
			swapped,
			good[..good.len() - 1].to_vec(),
			[&good[..], &[0]].concat(),
			good[..MESSAGE_BYTES].to_vec(),
			// What was signed is another block.
			change(70, 1),
		] {
			assert_noop!(relay(bytes), Error::<Test>::BadCertificate);
		}
		assert_ok!(relay(good));
	});
}

#[test]
fn a_certificate_counts_a_slashed_member_until_the_epochs_end() {
	ExtBuilder::default().build_and_execute(|| {
		prove_up_to(1);
		let fork = VoteMessage::block(&header(1, 1));
		let (first, second) = (vote(1, &block(1)), vote(1, &fork));
		let reporter = RuntimeOrigin::signed(account(9));
		assert_ok!(Oracle::report_equivocation(reporter, key(1), first, second));
		// Another chain may not know it, and a certificate means the same on all.
		assert_ok!(relay(certificate_of(ALL, &[1, 2, 3], &block(1))));
	});
}

#[test]
fn a_refusal_about_this_chain_bars_the_block() {
	ExtBuilder::default().build_and_execute(|| {
		let message = about(VoteKind::Refuse, 1, 1);
		assert_eq!(relay_refusal(&message).map(|info| info.pays_fee), Ok(Pays::No));
		assert_eq!(RollupDouble::get().refusals, [(BlockNumber(1), message.hash)]);
		assert_eq!(last_event(), accepted(&message, 3));
		assert_eq!(Oracle::votes(BlockNumber(1)), None);
	});
}

#[test]
fn a_refusal_about_another_chain_halts_this_one() {
	ExtBuilder::default().build_and_execute(|| {
		prove_up_to(1);
		let message = about(VoteKind::Refused, 2, 1);
		assert_eq!(relay_refusal(&message).map(|info| info.pays_fee), Ok(Pays::No));
		assert_eq!(RollupDouble::get().halted, Some((BlockNumber(1), message.hash)));
		assert_eq!(last_event(), accepted(&message, 3));
		// What the rollup does not take is refused.
		let own = relay_refusal(&about(VoteKind::Refused, 1, 1));
		assert_noop!(own, DispatchError::Other("WrongMessage"));
	});
}

#[test]
fn a_freeze_is_fixed_on_the_first_chain_and_followed_on_the_others() {
	for (chain, kind, about_chain) in [(1, VoteKind::Freeze, 0), (2, VoteKind::Frozen, 1)] {
		ExtBuilder::default().chain(chain).build_and_execute(|| {
			prove_up_to(2);
			let message = about(kind, about_chain, 1);
			assert_eq!(relay_freeze(&message).map(|info| info.pays_fee), Ok(Pays::No));
			assert_eq!(RollupDouble::get().freeze, Some(BlockNumber(1)));
			assert_eq!(last_event(), accepted(&message, 3));
		});
	}
}

#[test]
fn signers_are_kept_of_the_last_blocks_only() {
	ExtBuilder::default().build_and_execute(|| {
		prove_up_to(5);
		for number in 1..=5 {
			assert_ok!(relay(certificate_of(ALL, &[2, 3, 4], &block(number))));
		}
		let kept = |number| Oracle::votes(BlockNumber(number)).is_some();
		assert_eq!([1, 2, 3, 4, 5].map(kept), [false, false, true, true, true]);
		assert_eq!(Certifiers::<Test>::count(), 3);
	});
}

#[test]
fn votes_are_unknown_when_the_epoch_is_forgotten() {
	ExtBuilder::default().build_and_execute(|| {
		assert_ok!(schedule(2, &[1]));
		pass(NOTICE);
		prove_up_to(2);
		assert_ok!(relay(certificate_of(ALL, ALL, &block(1))));
		assert_ok!(relay(certificate_of(&[1], &[1], &block(2))));
		RollupDouble::set(|state| state.counters.executed.0 = 2);
		assert!(Oracle::votes(BlockNumber(1)).is_some());
		pass(NOTICE + 1);
		assert_eq!(Oracle::votes(BlockNumber(1)), None);
		assert!(Oracle::votes(BlockNumber(2)).is_some());
	});
}

#[test]
fn a_certificate_weighs_its_signatures_and_the_heaviest_of_its_kinds() {
	ExtBuilder::default().build_and_execute(|| {
		let settlement = Weight::from_parts(10_000, 0);
		let bytes = |signers: &[u8]| bounded(certificate_of(ALL, signers, &block(1)));
		let weight = |call: crate::Call<Test>| call.get_dispatch_info().call_weight;
		for (signers, count) in [(&[][..], 0), (&[1, 2], 2), (ALL, 4)] {
			let check = <() as WeightInfo>::check_certificate(count);
			let certificate = bytes(signers);
			assert_eq!(
				weight(crate::Call::submit_certificate { certificate: certificate.clone() }),
				check + settlement
			);
			for call in [
				crate::Call::submit_refusal { certificate: certificate.clone() },
				crate::Call::submit_freeze { certificate },
			] {
				assert_eq!(weight(call), check + settlement * 2);
			}
		}
	});
}

#[test]
fn a_message_about_a_chain_is_not_one_about_all() {
	ExtBuilder::default().build_and_execute(|| {
		prove_up_to(1);
		let message = VoteMessage { chain: ChainId(1), ..block(1) };
		let call = relay(certificate_of(ALL, ALL, &message));
		assert_noop!(call, DispatchError::Other("WrongMessage"));
	});
}
