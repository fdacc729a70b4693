// SPDX-License-Identifier: Apache-2.0

//! What oracles sign, and the certificates that chains accept (section 12.4 of `docs/protocol.md`).

use ark_ff::AdditiveGroup;
use ark_std::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

use crate::{
	bytes::{Fixed, take, take_u32},
	digest::Digest,
	header::Header,
	ids::{BlockNumber, ChainId, NetworkId},
	poseidon::Word,
	refusal::Refusal,
	scale_as_bytes,
};

/// Bytes of a vote's message.
pub const MESSAGE_BYTES: usize = 165;

/// What a vote says.
#[derive(
	Clone,
	Copy,
	Debug,
	PartialEq,
	Eq,
	PartialOrd,
	Ord,
	Hash,
	Encode,
	Decode,
	DecodeWithMemTracking,
	TypeInfo,
	MaxEncodedLen,
)]
pub enum VoteKind {
	/// The header is proven and finalized on all chains.
	Block,
	/// The named chain shall never prove the header.
	Refuse,
	/// The certificate of a refusal is finalized on the named chain.
	Refused,
	/// Freeze at this block, which is proven on all chains.
	Freeze,
	/// The first chain of the network has fixed the freeze block, finalized.
	Frozen,
}

impl VoteKind {
	/// All kinds.
	pub const ALL: [Self; 5] =
		[Self::Block, Self::Refuse, Self::Refused, Self::Freeze, Self::Frozen];

	/// The first 16 bytes of the message.
	pub const fn tag(self) -> &'static [u8; 16] {
		match self {
			Self::Block => b"ligature/block\0\0",
			Self::Refuse => b"ligature/refuse\0",
			Self::Refused => b"ligature/refused",
			Self::Freeze => b"ligature/freeze\0",
			Self::Frozen => b"ligature/frozen\0",
		}
	}
}

/// The message that a member signs with ed25519.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VoteMessage {
	/// What it says.
	pub kind: VoteKind,
	/// The network.
	pub network: NetworkId,
	/// The oracles' epoch that the header names.
	pub oracle_epoch: u32,
	/// That epoch's members.
	pub member_set_hash: Digest,
	/// The header's revert epoch.
	pub revert_epoch: u32,
	/// The chain that a refusal is about, the first chain for *frozen*, else 0.
	pub chain: ChainId,
	/// The block's number.
	pub number: BlockNumber,
	/// The header hash.
	pub hash: Digest,
	/// For *block*, the final root before; else 0.
	pub old_final_root: Word,
	/// For *block*, the final root after; else 0.
	pub new_final_root: Word,
}

impl VoteMessage {
	/// "This header is proven and finalized on all chains."
	pub fn block(header: &Header) -> Self {
		Self {
			old_final_root: header.old_final_root(),
			new_final_root: header.final_root(),
			..Self::about(VoteKind::Block, ChainId(0), header)
		}
	}

	/// Any other vote about a header: `chain` is the refusing chain, the network's first chain for
	/// *frozen*, and 0 for *freeze*.
	pub fn about(kind: VoteKind, chain: ChainId, header: &Header) -> Self {
		Self {
			kind,
			network: header.network,
			oracle_epoch: header.oracle_epoch,
			member_set_hash: header.member_set_hash,
			revert_epoch: header.revert_epoch,
			chain,
			number: header.number,
			hash: header.hash(),
			old_final_root: Word::ZERO,
			new_final_root: Word::ZERO,
		}
	}

	/// The bytes that are signed: [`MESSAGE_BYTES`].
	pub fn encode(&self) -> Vec<u8> {
		let mut out = Vec::with_capacity(MESSAGE_BYTES);
		out.extend(self.kind.tag());
		self.network.put(&mut out);
		out.extend(self.oracle_epoch.to_be_bytes());
		out.extend(self.member_set_hash);
		out.extend(self.revert_epoch.to_be_bytes());
		self.chain.put(&mut out);
		self.number.put(&mut out);
		out.extend(self.hash);
		self.old_final_root.put(&mut out);
		self.new_final_root.put(&mut out);
		out
	}

	/// Reads what [`VoteMessage::encode`] wrote and nothing else.
	///
	/// # Errors
	///
	/// [`Refusal::BadLength`], [`Refusal::UnknownKind`], [`Refusal::WordNotCanonical`].
	pub fn decode(bytes: &[u8]) -> Result<Self, Refusal> {
		if bytes.len() != MESSAGE_BYTES {
			return Err(Refusal::BadLength);
		}
		let mut bytes = bytes;
		Self::take(&mut bytes)
	}

	fn take(input: &mut &[u8]) -> Result<Self, Refusal> {
		let tag: [u8; 16] = take(input)?;
		Ok(Self {
			kind: VoteKind::ALL
				.into_iter()
				.find(|kind| *kind.tag() == tag)
				.ok_or(Refusal::UnknownKind)?,
			network: Fixed::take(input)?,
			oracle_epoch: take_u32(input)?,
			member_set_hash: take(input)?,
			revert_epoch: take_u32(input)?,
			chain: Fixed::take(input)?,
			number: Fixed::take(input)?,
			hash: take(input)?,
			old_final_root: Fixed::take(input)?,
			new_final_root: Fixed::take(input)?,
		})
	}

	/// Whether one member's signatures under both messages prove that it broke the rules, whatever
	/// the order in which it signed. (That a freeze fell from a higher one, two messages alone do
	/// not show.)
	pub fn contradicts(&self, other: &Self) -> bool {
		let same_set = (self.network, self.oracle_epoch, self.member_set_hash)
			== (other.network, other.oracle_epoch, other.member_set_hash);
		let one_way = |a: &Self, b: &Self| match (a.kind, b.kind) {
			(VoteKind::Block, VoteKind::Block) => {
				(a.number, a.revert_epoch) == (b.number, b.revert_epoch) && a.hash != b.hash
			},
			(VoteKind::Block, VoteKind::Refused) => (a.number, a.hash) == (b.number, b.hash),
			(VoteKind::Block, VoteKind::Freeze) => a.number > b.number,
			_ => false,
		};
		same_set && (one_way(self, other) || one_way(other, self))
	}
}

scale_as_bytes!(VoteMessage, MESSAGE_BYTES);

/// The least number of signers of `members` that is more than two thirds.
pub const fn threshold(members: u32) -> u32 {
	(2 * members as u64 / 3 + 1) as u32
}

/// A message with the signatures of members.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
	/// What was signed.
	pub message: VoteMessage,
	/// The signers' places in the ascending list of members, strictly ascending, and their ed25519
	/// signatures.
	pub signatures: Vec<(u16, [u8; 64])>,
}

impl Certificate {
	/// The bytes: message, bitmap of the signers among `members`, signatures.
	///
	/// # Errors
	///
	/// [`Refusal::BadCertificate`] if the signers do not strictly ascend or are not members.
	pub fn encode(&self, members: u16) -> Result<Vec<u8>, Refusal> {
		let mut bitmap = ark_std::vec![0u8; usize::from(members).div_ceil(8)];
		let mut next = 0u32;
		for (signer, _) in &self.signatures {
			if u32::from(*signer) < next || *signer >= members {
				return Err(Refusal::BadCertificate);
			}
			bitmap[usize::from(signer / 8)] |= 1 << (signer % 8);
			next = u32::from(*signer) + 1;
		}
		let mut out = self.message.encode();
		out.extend(bitmap);
		self.signatures.iter().for_each(|(_, signature)| out.extend(signature));
		Ok(out)
	}

	/// Reads the certificate of an epoch with so many members; accepts what
	/// [`Certificate::encode`] writes and nothing else. The signatures are not checked.
	///
	/// # Errors
	///
	/// [`Refusal::UnknownKind`] and [`Refusal::WordNotCanonical`] of the message,
	/// [`Refusal::BadCertificate`] for the rest.
	pub fn decode(bytes: &[u8], members: u16) -> Result<Self, Refusal> {
		let (message, rest) =
			bytes.split_at_checked(MESSAGE_BYTES).ok_or(Refusal::BadCertificate)?;
		let (bitmap, rest) = rest
			.split_at_checked(usize::from(members).div_ceil(8))
			.ok_or(Refusal::BadCertificate)?;
		let signs = |member: u32| bitmap[member as usize / 8] >> (member % 8) & 1 == 1;
		let bits = 8 * bitmap.len() as u32;
		let (signatures, odd) = rest.as_chunks::<64>();
		let signers: Vec<u16> = (0..members).filter(|member| signs((*member).into())).collect();
		let unused = (members.into()..bits).any(signs);
		if unused || !odd.is_empty() || signers.len() != signatures.len() {
			return Err(Refusal::BadCertificate);
		}
		Ok(Self {
			message: VoteMessage::decode(message)?,
			signatures: signers.into_iter().zip(signatures.iter().copied()).collect(),
		})
	}

	/// Checks that more than two thirds of the members signed, with `verify(key, message,
	/// signature)` as the check of one ed25519 signature.
	///
	/// # Errors
	///
	/// [`Refusal::NotEnoughSigners`]; [`Refusal::BadCertificate`] if a signature does not verify.
	pub fn check(
		&self,
		members: &[[u8; 32]],
		mut verify: impl FnMut(&[u8; 32], &[u8], &[u8; 64]) -> bool,
	) -> Result<(), Refusal> {
		if self.signatures.len() < threshold(members.len() as u32) as usize {
			return Err(Refusal::NotEnoughSigners);
		}
		let message = self.message.encode();
		let mut next = 0u32;
		for (signer, signature) in &self.signatures {
			let key = members.get(usize::from(*signer)).ok_or(Refusal::BadCertificate)?;
			if u32::from(*signer) < next || !verify(key, &message, signature) {
				return Err(Refusal::BadCertificate);
			}
			next = u32::from(*signer) + 1;
		}
		Ok(())
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{
		header::Network,
		poseidon::{Domain, word_to_bytes},
	};

	fn header(number: u64) -> Header {
		let network =
			Network::new(NetworkId(9), ark_std::vec![ChainId(1), ChainId(2)]).expect("valid");
		let genesis = Header::genesis(&network, [1; 32], [2; 32], Word::from(3));
		Header { number: BlockNumber(number), oracle_epoch: 4, revert_epoch: 5, ..genesis }
	}

	#[test]
	fn message_bytes_are_those_of_the_protocol() {
		let header = header(6);
		let root = |number: u32| {
			crate::poseidon::hash(Domain::FINAL_ROOT, &[number, 3, 3].map(Word::from))
		};
		let expected = [
			&b"ligature/block\0\0"[..],
			&[0, 0, 0, 9, 0, 0, 0, 4],
			&[2; 32],
			&[0, 0, 0, 5, 0],
			&6u64.to_be_bytes(),
			&header.hash(),
			&word_to_bytes(&root(5)),
			&word_to_bytes(&root(6)),
		]
		.concat();
		assert_eq!(VoteMessage::block(&header).encode(), expected);
		assert_eq!(expected.len(), MESSAGE_BYTES);
		for kind in VoteKind::ALL {
			let message = VoteMessage::about(kind, ChainId(1), &header);
			let name = format!("ligature/{kind:?}").to_lowercase();
			let bytes = message.encode();
			assert_eq!(bytes[..name.len()], *name.as_bytes());
			assert!(bytes[name.len()..16].iter().all(|byte| *byte == 0));
			assert_eq!(bytes[101..], [0; 64]);
			assert_eq!(VoteMessage::decode(&bytes), Ok(message));
		}
	}

	#[test]
	fn malformed_messages_are_refused_by_name() {
		let bytes = VoteMessage::block(&header(1)).encode();
		assert_eq!(VoteMessage::decode(&bytes[1..]), Err(Refusal::BadLength));
		let mut other = bytes.clone();
		other[15] = 1;
		assert_eq!(VoteMessage::decode(&other), Err(Refusal::UnknownKind));
		let mut other = bytes;
		other[133..].fill(0xFF);
		assert_eq!(VoteMessage::decode(&other), Err(Refusal::WordNotCanonical));
	}

	#[test]
	fn threshold_is_the_least_above_two_thirds() {
		for members in 0..200u32 {
			let least = (0..).find(|signers| 3 * signers > 2 * members).expect("there is one");
			assert_eq!(threshold(members), least);
		}
		assert_eq!(threshold(4), 3);
	}

	#[test]
	fn contradictions_are_those_of_the_protocol() {
		let block = VoteMessage::block(&header(6));
		let fork = VoteMessage { hash: [9; 32], ..block.clone() };
		let about = |kind, number| VoteMessage::about(kind, ChainId(0), &header(number));
		let cases = [
			(block.clone(), true, fork.clone()),
			(block.clone(), false, block.clone()),
			(block.clone(), false, VoteMessage { revert_epoch: 6, ..fork.clone() }),
			(block.clone(), false, VoteMessage { oracle_epoch: 5, ..fork.clone() }),
			(block.clone(), false, VoteMessage { network: NetworkId(8), ..fork.clone() }),
			(block.clone(), false, VoteMessage::block(&header(7))),
			(block.clone(), true, about(VoteKind::Refused, 6)),
			(block.clone(), false, about(VoteKind::Refused, 7)),
			(block.clone(), false, about(VoteKind::Refuse, 6)),
			(block.clone(), true, about(VoteKind::Freeze, 5)),
			(block.clone(), false, about(VoteKind::Freeze, 6)),
			(block.clone(), false, about(VoteKind::Freeze, 7)),
			(about(VoteKind::Freeze, 6), false, about(VoteKind::Freeze, 7)),
		];
		for (a, expected, b) in cases {
			assert_eq!((a.contradicts(&b), b.contradicts(&a)), (expected, expected), "{a:?} {b:?}");
		}
	}

	#[test]
	fn certificates_need_ascending_members_and_enough_good_signatures() {
		let members = [[1; 32], [2; 32], [3; 32], [4; 32]];
		// A signature is good if it repeats the member's first byte.
		let verify = |key: &[u8; 32], message: &[u8], signature: &[u8; 64]| {
			message.len() == MESSAGE_BYTES && signature[0] == key[0]
		};
		let certificate = |signers: &[u16]| Certificate {
			message: VoteMessage::block(&header(6)),
			signatures: signers.iter().map(|i| (*i, [*i as u8 + 1; 64])).collect(),
		};
		assert_eq!(certificate(&[0, 1, 3]).check(&members, verify), Ok(()));
		let few = certificate(&[0, 1]).check(&members, verify);
		assert_eq!(few, Err(Refusal::NotEnoughSigners));
		for signers in [&[0, 1, 1][..], &[1, 0, 2], &[0, 1, 4]] {
			let bad = certificate(signers);
			assert_eq!(bad.check(&members, verify), Err(Refusal::BadCertificate));
			assert_eq!(bad.encode(4), Err(Refusal::BadCertificate));
		}
		let mut forged = certificate(&[0, 1, 2]);
		forged.signatures[1].1[0] = 9;
		assert_eq!(forged.check(&members, verify), Err(Refusal::BadCertificate));

		let bytes = certificate(&[0, 1, 3]).encode(4).expect("valid");
		assert_eq!(bytes[MESSAGE_BYTES], 0b1011);
		assert_eq!(Certificate::decode(&bytes, 4), Ok(certificate(&[0, 1, 3])));
		let mut unused = bytes.clone();
		unused[MESSAGE_BYTES] |= 0b1_0000;
		for bad in [&unused[..], &bytes[1..], &bytes[..bytes.len() - 1], &bytes[..100]] {
			assert!(Certificate::decode(bad, 4).is_err());
		}
		assert_eq!(Certificate::decode(&unused, 4), Err(Refusal::BadCertificate));
	}
}
