/** The words of the demo's documents: a fictitious company, fictitious persons, no real address or number. */
export interface DemoDocument {
  readonly file: string;
  readonly title: string;
  readonly subtitle: string;
  readonly preamble: readonly string[];
  readonly articles: readonly (readonly [heading: string, ...paragraphs: string[]])[];
  readonly closing: readonly string[];
  /** Who signs, left and right; empty where nobody does. */
  readonly signatures: readonly (readonly [role: string, name: string])[];
}

export const CONTRACT: DemoDocument = {
  file: 'contrat-de-travail.pdf',
  title: 'Contrat de travail à durée indéterminée',
  subtitle: 'Temps complet, statut cadre',
  preamble: [
    "Entre les soussignés : la société Atelier Lumen, société par actions simplifiée au capital de 60 000 €, dont le siège est situé 12 rue des Exemples, 69000 Lyon, immatriculée au registre du commerce et des sociétés de Lyon sous le numéro 000 000 000, représentée par Mme Élodie Marchand, présidente, ci-après « l'employeur »,",
    'et M. Camille Lefèvre, né le 14 mars 1991 à Nantes, demeurant 7 allée des Modèles, 69000 Lyon, de nationalité française, ci-après « le salarié »,',
    'il a été convenu ce qui suit.',
  ],
  articles: [
    [
      'Engagement',
      "L'employeur engage le salarié à compter du 4 janvier 2027 par contrat à durée indéterminée, sous réserve des résultats de la visite d'information et de prévention. Le salarié déclare être libre de tout engagement envers un précédent employeur. La déclaration préalable à l'embauche a été transmise à l'URSSAF compétente.",
    ],
    [
      'Fonctions',
      "Le salarié exerce les fonctions d'ingénieur d'études, statut cadre, position 2.1, coefficient 115 de la convention collective applicable. Il conçoit et met au point les systèmes d'éclairage de l'entreprise, suit leur fabrication et rend compte à la direction technique. Ces attributions peuvent évoluer avec les besoins de l'entreprise, dans le respect de sa qualification.",
    ],
    [
      "Période d'essai",
      "Le contrat ne devient définitif qu'à l'issue d'une période d'essai de quatre mois de travail effectif, durant laquelle chacune des parties peut y mettre fin en respectant le délai de prévenance prévu par les articles L. 1221-25 et L. 1221-26 du code du travail. Toute suspension du contrat prolonge d'autant cette période.",
    ],
    [
      'Lieu de travail et télétravail',
      "Le lieu de travail est fixé au siège de l'entreprise, à Lyon. Le salarié peut être amené à se déplacer en France et à l'étranger pour l'exercice de ses fonctions. Il peut télétravailler jusqu'à deux jours par semaine, selon les règles rappelées dans le règlement intérieur annexé.",
    ],
    [
      'Durée du travail',
      "La durée du travail est de 35 heures par semaine, réparties du lundi au vendredi. Les heures supplémentaires ne sont effectuées qu'à la demande de l'employeur et donnent lieu aux majorations légales ou à un repos équivalent.",
    ],
    [
      'Rémunération',
      "En contrepartie de son travail, le salarié perçoit une rémunération brute annuelle de 42 000 €, versée en douze mensualités de 3 500 €. Elle est réexaminée chaque année au cours de l'entretien annuel. Les frais professionnels sont remboursés sur présentation des justificatifs.",
    ],
    [
      'Congés payés',
      "Le salarié bénéficie de deux jours et demi ouvrables de congés payés par mois de travail effectif, soit trente jours ouvrables par an. Les dates en sont fixées d'un commun accord, en tenant compte des nécessités du service.",
    ],
    [
      'Protection sociale',
      "Le salarié est affilié dès son entrée aux régimes de retraite complémentaire, de prévoyance et de frais de santé en vigueur dans l'entreprise. Les notices d'information lui sont remises avec le présent contrat.",
    ],
    [
      'Confidentialité et loyauté',
      "Pendant l'exécution du contrat et après sa rupture, le salarié garde le secret sur les procédés, les études, les données de clients et toute information non publique dont il a connaissance. Il s'engage à n'exercer aucune activité concurrente pendant la durée du contrat.",
    ],
    [
      'Propriété intellectuelle',
      "Les inventions faites dans l'exécution d'une mission inventive appartiennent à l'employeur, conformément à l'article L. 611-7 du code de la propriété intellectuelle ; elles donnent lieu à une rémunération supplémentaire selon le barème de l'entreprise.",
    ],
    [
      'Données personnelles',
      "Les données du salarié sont traitées pour la gestion du personnel et la paie, conservées pour les durées légales et communiquées aux seuls organismes habilités. Le salarié dispose d'un droit d'accès, de rectification, d'effacement et de limitation, qu'il exerce auprès de la direction des ressources humaines.",
    ],
    [
      'Rupture du contrat',
      "Au-delà de la période d'essai, chaque partie peut rompre le contrat en respectant un préavis de trois mois, sauf faute grave ou lourde. Au jour de son départ, le salarié restitue l'ensemble du matériel et des documents qui lui ont été confiés.",
    ],
    [
      'Convention collective et signature',
      "Le contrat est régi par le code du travail et par la convention collective nationale applicable, consultable dans l'entreprise et sur l'intranet. Les parties conviennent de le signer par voie électronique : la version signée électroniquement fait foi et chacune en reçoit un exemplaire.",
    ],
  ],
  closing: ['Fait à Lyon, par voie électronique. Annexe : règlement intérieur.'],
  signatures: [
    ["Pour l'employeur", 'Élodie Marchand, présidente'],
    ['Le salarié', 'Camille Lefèvre'],
  ],
};

export const ANNEX: DemoDocument = {
  file: 'reglement-interieur.pdf',
  title: 'Règlement intérieur (extraits)',
  subtitle: 'Annexe au contrat de travail',
  preamble: [
    "Le présent document rappelle les principales règles de vie de la société Atelier Lumen. La version complète est affichée dans les locaux et disponible sur l'intranet.",
  ],
  articles: [
    [
      'Horaires et présence',
      "Les bureaux sont ouverts du lundi au vendredi de 7 h 30 à 19 h. La plage de présence commune s'étend de 10 h à 16 h. Toute absence est signalée au responsable dès que possible et justifiée sous 48 heures.",
    ],
    [
      'Télétravail',
      "Deux jours par semaine au plus, fixés avec le responsable. Le salarié reste joignable pendant la plage commune et dispose d'un droit à la déconnexion entre 19 h et 7 h 30 ainsi que les jours de repos.",
    ],
    [
      'Santé et sécurité',
      "Chacun prend soin de sa sécurité et de celle des autres. Les équipements de protection sont obligatoires dans l'atelier. Les consignes d'évacuation sont affichées à chaque étage ; l'usage des issues de secours est réservé aux urgences.",
    ],
    [
      'Respect des personnes',
      "Aucun agissement de harcèlement moral ou sexuel ni aucun propos sexiste ou discriminatoire n'est toléré. Toute personne témoin ou victime peut saisir la direction, le référent désigné ou l'inspection du travail.",
    ],
    [
      'Usage des outils informatiques',
      "Les identifiants sont personnels. Les données de l'entreprise restent sur les outils qu'elle fournit. Un usage privé raisonnable de la messagerie et d'internet est admis.",
    ],
    [
      'Discipline',
      'Tout manquement peut donner lieu, selon sa gravité, à un avertissement, à une mise à pied disciplinaire de cinq jours au plus ou à un licenciement, dans le respect de la procédure prévue par le code du travail.',
    ],
  ],
  closing: ['Document fictif, fourni avec la démonstration de paraphe.'],
  signatures: [],
};
