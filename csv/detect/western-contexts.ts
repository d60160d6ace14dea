/**
 * Accented letters of western Europe between their neighbours, in which a hyphen stands for the end of the word: of
 * every two characters the first stands before the letter and the second behind it. Counted in words and names of
 * French, German, Spanish, Italian, Portuguese, Dutch, Swedish, Danish, Norwegian, Icelandic, Faroese and Catalan, and
 * in those of Polish, Czech, Slovak, Hungarian, Romanian, Croatian, Slovenian, Turkish, Latvian and Lithuanian as they appear when they are
 * misread as Windows-1252. Letters that all of these languages write with the same byte (ß ä é ó ö ü) are not listed.
 */

/** Of a western language, and of none of the others. */
export const decisiveContexts: Readonly<Record<string, string>> = {
  à: '-l-n-rbrbsc-ccclcncpcrcscvd-dcdldre-fgflftg-glgmgniciliritivl-lblclglllnlrltm-mnmrncnlnnntnvpnptr-rcrfrgrlrmrnrprqrrrtrxs-tctttxu-urusv-x-y-',
  á: '-harb-blbnbrbsbtbñc-ccclcmcncrcscvd-dbdcdldmdndrdsdtdvdáecfcfgflfnftg-gfglgngrgsgtgvh-hghkhlhmhrhshthvhzi-icilinirisitivjljnjqjrjsjtjvklkpl-lblclglmlnlrltlvlzm-mbmcmdmlmnmrmtmvmxmáncnlnmnnnrntnunvnáorp-plpnprptpvrarbrcrdrfrhrirkrlrmrnrprrrtrvrðsbscslsnsrstsusvtctktltmtntrtttvtáu-unurusvgvlvnvpvrvtvvwáx-ynzlzválánárásátç-çvþt',
  â: 'bicbwlwnét',
  ã: 'eofohoiojoooposotovoxozoço',
  å: '-b-d-g-k-l-n-p-s-tarbdbgblbnbrbtdddpdrdse-eperfgfnfrg-gegigngrgsgtgvhlhnhrirjfjlklknkpkrktl-lbldlelglilklmlnlplrlsltlvmbmdmfmgmlmnmpmrmsmtndnlnrorp-pbpdpfpgphpkplpmpnppprpsptpvr-rbrdrerfrgrhrkrlrmrnrprrrsrtrvs-sdsgskslspsrsssttetgtitltntrtsttv-vavbvdvevgvkvlvmvpvrvsvt',
  æ: '-b-d-g-k-l-r-s-t-v-ðatbgbjbkblbnbrbtdddkdmdregfdfgflfnfrfsfðglgngrgthdhfhghkhlhmhnhrhthvhðjgjljrjvkbkdkfkgklkmknkvlbldlglklmlnloltlumgmkmlmnmrmtnbngnknlnmnrntnvnðpdplpnprrbrgrrrvsbsdskslsmsnsrsssttdtgtktltmtntptrtttvtðvdvgvkvlvmvnvtvvvðátþt',
  ç: 'a-aaaoauaáaãaõcãcõeaeoeueãeõiaioiãiõlalilunanonãnõoaoopaporaroruuauouuuãuõ',
  è: 'btc-cfcmcncrcsctf-fgfmfngngrgsgthlhnhqhriglclplrmrmsmtnrpcpdplppptpxrcslspsrtctmtntrtstturxmz-',
  ê: '-tcndndsfmftgfgnhninlmlnmlmmmnnmnspnrmrvtmtnunupusutvnvqvt',
  ë: 'a-alanarasate-ebecedeeefegeielemenepereseteuevexi-ifigilinisitivizo-oeofolonorosotozul',
  ì: 'c-l-r-s-',
  í: '-b-d-l-n-s-t-é-ñ-þa-abadanaratb-babbblbnc-cacccdcfclcmcncocpcsctcvd-dadcdddldndodpdsdtdvederf-fafcfdfgflfnfsftg-gagdgngrgsgthahdhnhsidinjajnkrkðl-lalblcldlflglklmlnlplrlsltlulvlzlðm-mamdmemlmnmrmsmtmðn-nancndnfnlnmnnnsntnunvnznéodonorotp-papcpdplpnpoppprpsr-rcrlrnrqrðs-sdslsmsnssstsusvsðt-tatctdtftgtltmtntotptrtstttvtðu-udulumunusutv-vavcvdvevgvkvlvnvovrvsvtvðx-xexlxsy-yeyszéñaüs',
  î: 'acot',
  ï: 'aqoconoq',
  ð: 'efehfafifuihrhufuáybyrysá-ágáhánásáuæ-æaæræsæuí-íaíiíkísíuó-óaófógóhóiókólórósótóuóvöiöuövø-øaøiøkørøuú-úaúiúuýiýu',
  ñ: '-a-uaaaeaiaoauaíaóeaeeeiieiiioióoaoeoiuaueuiuoáeíiúe',
  ò: 'b-blc-cccfclcmcncpcrcsctd-dneff-fbfnfrgggngtiflblclflglnlplrlsm-mdmfmgmlmmmnmrmtn-ncnfngnlnmnpnsntpdpfplpnprpsrbrcrdrfrlrnrprss-sfslsmspsrt-tftntxv-',
  ô: 'bncmcnctdmdnfnfrgnhnhtiminlmlnmmmnnmnnplpnrdrlrmrnsmsntmtnzn',
  õ: 'beceeegeiejeoexeçe',
  ø: '-d-j-n-r-ybdbfbgbjbkblbnbrbtbydddgdjdldmdpdrdsdtdvdyejeyfdfjflfrfsftfyfðgdgggjglgrgtgyhghjhlhnhrhshvhyirjbjfjgjkjljmjnjpjrjsjtjvk-kbkdkjklknkrkylbldlelflgljlklmlnlplrlsltlvlylðmbmdmgmkmlmnmrmtmymðnbnfngnknlnrnsntnvnyplprrbrfrgrjrkrlrmrnrprrrsrtrvryrðsdsfsgshsjskslsmsnsrssstsvsytbtftltrtstytðvdvkvlvmvrvsvtvvvyvð',
  ù: 'g-o-',
  ú: '-n-r-s-ta-abalanatbabgbibkbnbrbsbðcsdkhghnhshði-ibidirivjfjgjkjnjpjrkgklkrkvl-lclglklrlsltlðmrmsn-nmnrntnñpapbprpsr-rarfrgrkrmrnrrrsrtrvrðsdsgslsrstt-tdtltntrtúutúr',
  û: 'olot',
  ý: 'kgnj',
  þ: '-j-é-óljlýrjsjyóír',
  œ: 'cusu',
};

/** At least twenty times as frequent in a western language as in any of the others. */
export const provingContexts: Readonly<Record<string, string>> = {
  à: '--f-fsi-islmlsmtn-nmnrnspssrt-tltntr',
  á: '-bevlsmsn-nsr-t-',
  â: 'htut',
  ã: 'bocogolomemonoro',
  å: '-rkdotsnt-vn',
  æ: 'gskrlrlsmsnsrcrdrfrkrlrmrnrprsrtrðvrvs',
  ç: 'n-',
  è: '--b-d-dmdndsfrirlmlnlsltlvm-mlmnnmnsntp-prrgrmrrrsrts-smt-yr',
  ê: 'btrnrsu-',
  ë: 'adir',
  ì: 'd-',
  í: 'aaasazenesetleneosrardrerfrgrkrmrorsrtrvsaua',
  î: '-lat',
  ï: 'acaeanasatecemenesinodosotucueugunut',
  ð: 'a-afagg-gii-ifr-rbrmrsu-usy-yaáaáiæiö-',
  ñ: 'eoiaoo',
  ò: 'l-lmltr-rgrmrttctgtltmtptrtsttu-',
  õ: 'dehemeperese',
  ø: '-k-l-s-vbsekjajdjekkn-ndnjr-rds-sbsesptdtjtktmtntptttv',
  ù: 'a-b-i-n-s-t-',
  û: 'fnrl',
  ý: 'bablbtk-lsngnsss',
  þ: '-r',
  œ: '-u',
};

/** Usual in a western language, but no proof. */
export const knownContexts: Readonly<Record<string, string>> = {
  à: 'b-gsinj-msp-rsslsssvtmts',
  á: '-a-c-f-g-k-l-m-n-r-s-t-vj-psrgrstsðr',
  â: 'bcbtcmcnctdtfngcgmgngtinitlclmlnltmcmnmtnmnnpnptrmrnrtsnsttctmtnttvt',
  ã: 'doh-s-u-',
  å: 'hbhpmktk',
  æ: 'gðirlðpir-',
  è: 'brcldldrh-icimivl-n-otpnr-rnsntlu-usv-vr',
  ê: 'c-l-lsmsntp-pcpsptr-rgrprtt-tt',
  ë: 'om',
  ì: 'b-n-p-t-v-',
  í: 'eboerprrrute',
  î: 'andnut',
  ï: 'a-aaabadalamaravedeeefegeleretitoeubudurus',
  ð: 'aaaiakanarasaue-eaegejelereseugaguiaibidigijiliminirisiuivo-oaoionosourarfrirlrrrurvuaubulumunuruuuvyiykyuölý-ýs',
  ò: 'eleti-icigiliminipisit',
  õ: 'leneteveze',
  ø: '-makdeevisj-jokeksktpkreuk',
  ù: 'd-l-m-r-',
  û: 'bcbtfthskkktltmnmrsr',
  ý: 'brfrhskrlgmrnrntr-rmrnrsrtsnsrtdtntsþð',
  þ: '-o-u-yaj',
  œ: '-i-s',
};

/** Accented letters that stand side by side. */
export const knownPairs =
  'áá áæ áð áñ äß ää æð çà çá çã çó çõ éâ éè éé íé íð íñ íþ ðá ñí ñó óé óð óó óþ öß öð öö øð úð úñ úú üß üè üé üí ýð þá þæ þé þó þö þý';
