/* Our own signatures: enough for the self-test and for a first look. In hexadecimal, so that no
 * scanner takes this file for what it describes. GTUBE is spam, not a virus: it is not here. */
#ifndef ENGINES_CLAMAV_TINY_H
#define ENGINES_CLAMAV_TINY_H

enum { TINY_SIGNATURES = 4 };

/* The EICAR test file, at the start of a file (eicar.org: it may be followed by white space); a
 * line of our own, anywhere: it begins CCCPD-TEST. */
static const char tiny_ndb[] =
    "Eicar-Test-Signature:0:0:"
    "58354f2150254041505b345c505a58353428505e2937434329377d2445494341522d5354414e444152442d414e5449"
    "56495255532d544553542d46494c452124482b482a\n"
    "Cccpd-Test-Line:0:*:"
    "43434350442d544553542d4c494e452d3746344b2d4e4f542d412d5649525553\n";

/* The EICAR test file alone, and the 544 octets of ClamAV's own test program. */
static const char tiny_hsb[] =
    "275a021bbfb6489e54d471899f7db9d1663fc695ec2fe2a2c4538aabf651fd0f:68:Eicar-Test-Signature:73\n"
    "71e7b604d18aefd839e51a39c88df8383bb4c071dc31f87f00a2b5df580d4495:544:ClamAV-Test-File:73\n";

#endif
