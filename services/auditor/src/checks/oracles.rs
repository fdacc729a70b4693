// SPDX-License-Identifier: Apache-2.0

//! Whether a certificate holds: the members' signatures are checked again, by the rules of the chain.

use crate::finding::CertificateFault;
use ed25519_zebra::{Signature, VerificationKey};
use ligature_primitives::{
	header::{Header, member_set_hash},
	vote::{Certificate, VoteMessage},
};

/// Whether a key has signed a message, by the rules of chains (ZIP 215): what they take must be taken here, or a single
/// member could raise an alarm with an odd signature.
pub fn verifies(key: &[u8; 32], message: &[u8], signature: &[u8; 64]) -> bool {
	VerificationKey::try_from(*key)
		.is_ok_and(|key| key.verify(&Signature::from(*signature), message).is_ok())
}

/// Checks the certificate of a block, with the members that the chain has for the header's epoch.
///
/// # Errors
///
/// [`CertificateFault`].
pub fn check(
	header: &Header,
	members: &[[u8; 32]],
	certificate: &[u8],
) -> Result<(), CertificateFault> {
	if member_set_hash(header.oracle_epoch, members) != header.member_set_hash {
		return Err(CertificateFault::OtherMembers);
	}
	let count = u16::try_from(members.len()).map_err(|_| CertificateFault::OtherMembers)?;
	let certificate = Certificate::decode(certificate, count).map_err(CertificateFault::Refused)?;
	if certificate.message != VoteMessage::block(header) {
		return Err(CertificateFault::OtherMessage);
	}
	certificate.check(members, verifies).map_err(CertificateFault::Refused)
}
