// SPDX-License-Identifier: Apache-2.0

//! What the transaction pool drops.

use polkadot_sdk::*;

use crate::{Call, WeightInfo, mock::*};
use frame_support::{assert_ok, traits::IsSubType};
use ligature_primitives::vote::{VoteKind, VoteMessage};
use pallet_rollup::traits::ObsoleteCall;

fn is_obsolete(call: &RuntimeCall) -> bool {
	<Oracle as ObsoleteCall<RuntimeCall>>::is_obsolete(call)
}

fn of(message: &VoteMessage) -> crate::CertificateBytes<Test> {
	bounded(certificate_of(&[1, 2, 3, 4], &[1, 2, 3], message))
}

fn certificate(number: u64) -> RuntimeCall {
	Call::submit_certificate { certificate: of(&block(number)) }.into()
}

#[test]
fn a_certificate_is_obsolete_once_its_block_is_certified() {
	ExtBuilder::default().build_and_execute(|| {
		prove_up_to(2);
		assert!(!is_obsolete(&certificate(1)));
		let Some(Call::submit_certificate { certificate: bytes }) =
			certificate(1).is_sub_type().cloned()
		else {
			panic!("it is a certificate")
		};
		assert_ok!(Oracle::submit_certificate(RuntimeOrigin::signed(account(9)), bytes));
		assert!(is_obsolete(&certificate(1)));
		assert!(!is_obsolete(&certificate(2)));
		for (kind, chain) in [(VoteKind::Refuse, 1), (VoteKind::Refused, 2)] {
			let refusal = |number| -> RuntimeCall {
				Call::submit_refusal { certificate: of(&about(kind, chain, number)) }.into()
			};
			assert!(is_obsolete(&refusal(1)));
			assert!(!is_obsolete(&refusal(2)));
		}
	});
}

#[test]
fn a_freeze_is_obsolete_once_exits_are_open() {
	ExtBuilder::default().build_and_execute(|| {
		let certificate = of(&about(VoteKind::Freeze, 0, 1));
		let call: RuntimeCall = Call::submit_freeze { certificate }.into();
		assert!(!is_obsolete(&call));
		RollupDouble::set(|state| state.exits_open = true);
		assert!(is_obsolete(&call));
	});
}

#[test]
fn evidence_is_obsolete_once_the_member_is_slashed() {
	ExtBuilder::default().build_and_execute(|| {
		let first = vote(1, &block(3));
		let second = vote(1, &VoteMessage::block(&header(3, 1)));
		let evidence = |key| -> RuntimeCall {
			let (first, second) = (first.clone(), second.clone());
			Call::report_equivocation { key, first, second }.into()
		};
		assert!(!is_obsolete(&evidence(key(1))));
		let reporter = RuntimeOrigin::signed(account(9));
		let report = (first.clone(), second.clone());
		assert_ok!(Oracle::report_equivocation(reporter, key(1), report.0, report.1));
		assert!(is_obsolete(&evidence(key(1))));
		assert!(!is_obsolete(&evidence(key(2))));
	});
}

#[test]
fn other_calls_are_never_obsolete() {
	ExtBuilder::default().build_and_execute(|| {
		let garbage = bounded(vec![1, 2, 3]);
		for call in [
			Call::submit_certificate { certificate: garbage }.into(),
			Call::unbond { key: key(1) }.into(),
			RuntimeCall::System(frame_system::Call::remark { remark: vec![] }),
		] {
			assert!(!is_obsolete(&call));
		}
		let weight = <Oracle as ObsoleteCall<RuntimeCall>>::obsolete_weight();
		assert_eq!(weight, <() as WeightInfo>::is_obsolete());
	});
}
