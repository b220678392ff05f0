"""Certificates of solutions."""

from energyscope.certify.certificate import Certificate, certify

__all__ = ["Certificate", "certify"]
